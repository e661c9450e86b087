#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One container tells another that a third one's address is its own. "$@" are the arm's flags; antispoof=off is the network's.
option=on
count=$#
while [ $count -gt 0 ]; do
    word=$1
    shift
    count=$((count - 1))
    if [ "$word" = antispoof=off ]; then option=off; else set -- "$@" "$word"; fi
done
minibox network create --subnet 10.77.0.0/24 -o antispoof=$option lab >/dev/null
minibox run -d --name server --network lab --ip 10.77.0.3 lab/box /.minibox/probe tserve 80 hello 60 >/dev/null
minibox run -d --name victim --network lab --ip 10.77.0.2 lab/box sleep 60 >/dev/null
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    minibox exec victim /.minibox/probe tcli 10.77.0.3 80 | grep -q '"OK"' && break
    sleep 0.2
done
echo "before $(minibox exec victim grep '^10.77.0.3 ' /proc/net/arp)"
minibox run --rm --name attacker --network lab --ip 10.77.0.4 "$@" lab/box sh -c '
    echo "attacker $(cat /sys/class/net/eth0/address)"; /.minibox/probe arp eth0 10.77.0.3'
echo "after $(minibox exec victim grep '^10.77.0.3 ' /proc/net/arp)"
