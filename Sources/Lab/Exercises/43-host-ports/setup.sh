#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A second network, with another machine on it.
set -e
ip netns add elsewhere
ip link add second type veth peer name far
ip link set far netns elsewhere
ip addr add 192.0.2.1/24 dev second
ip link set second up
ip -n elsewhere addr add 192.0.2.2/24 dev far
ip -n elsewhere link set far up
