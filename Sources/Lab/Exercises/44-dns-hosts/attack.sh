#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container says where the bank is. "$@" are the arm's flags.
minibox run --rm --network none "$@" lab/box sh -c 'echo "203.0.113.66 bank.example" >>/etc/hosts; cat /etc/hosts'
