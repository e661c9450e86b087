#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container publishes a port; the machine and one of its second network ask for it. "$@" are the arm's flags.
minibox run -d --name server --network bridge "$@" lab/box /.minibox/probe tserve 80 hello 60 >/dev/null
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
    minibox logs server | grep -q READY && break
    sleep 0.2
done
/run/lab/bin/minibox-probe tcli 127.0.0.1 8080 1500
ip netns exec elsewhere /run/lab/bin/minibox-probe tcli 192.0.2.1 8080 1500
# And two containers ask for a service of the machine's own, at the address by which they reach the world.
for network in bridge friends; do
    echo "asked $network $(minibox run --rm --network $network lab/box sh -c '
        /.minibox/probe tcli "$(ip route | sed -n "s/^default via \([0-9.]*\).*/\1/p")" 9000 9000')"
done
