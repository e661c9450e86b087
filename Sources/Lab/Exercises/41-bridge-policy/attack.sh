#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two containers of one network; one asks the other by both families. "$@" are the arm's flags.
minibox run -d --name server "$@" lab/box sh -c '
    cat /sys/class/net/eth0/address; exec /.minibox/probe tserve 80 hello 60' >/dev/null
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
    minibox logs server | grep -q READY && break
    sleep 0.2
done
four=$(minibox exec server ip -4 addr show eth0 | sed -n 's/.*inet \([0-9.]*\).*/\1/p')
six=$(minibox exec server ip -6 addr show eth0 | sed -n 's/.*inet6 \(fe80[0-9a-f:]*\).*/\1/p')
echo "addresses $four $six"
[ -n "$six" ] || six=fe80::1
# An address of a link can be used as soon as nobody else has claimed it, a second after the interface is up.
minibox run --rm "$@" lab/box sh -c "sleep 2.5; /.minibox/probe tcli $four 80; /.minibox/probe tcli $six%eth0 80"
