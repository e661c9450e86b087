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
# A service of the machine's, on all addresses, and a network of containers that may use it.
/run/lab/bin/minibox-probe tserve 9000 hello 120 >/lab/service 2>&1 </dev/null &
for attempt in $(seq 50); do
    grep -qs READY /lab/service && break
    sleep 0.1
done
minibox network create --subnet 10.77.4.0/24 -o host-access=on friends >/dev/null
