#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container says where the bank is. "$@" are the arm's flags.
minibox network create --subnet 10.77.5.0/24 one >/dev/null
minibox network create --subnet 10.77.6.0/24 two >/dev/null
minibox run -d --name near --network one lab/box sleep 300 >/dev/null
minibox run -d --name far --network two lab/box sleep 300 >/dev/null
for name in near far; do
    minibox run --rm --network one lab/box nslookup $name >"/lab/$name" 2>&1
    # Nobody outside of the lab host can be asked: what is unknown is SERVFAIL here, and NXDOMAIN elsewhere.
    if grep -q '10\.77\.[56]\.' "/lab/$name"; then echo "$name known"; else echo "$name unknown"; fi
    cat "/lab/$name"
done
minibox run --rm --network none "$@" lab/box sh -c 'echo "203.0.113.66 bank.example" >>/etc/hosts; cat /etc/hosts'
