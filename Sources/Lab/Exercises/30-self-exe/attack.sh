#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container looks who comes in, while a program is executed in it. "$@" are the arm's flags; naivebox stands for itself.
if [ "${1-}" = naivebox ]; then
    naivebox run /lab/rootfs /.minibox/probe exes 6000 &
    for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        grep -qs READY /lab/out && break
        sleep 0.2
    done
    for process in $(pidof probe); do
        [ "$(sed -n 's/^NSpid:.*\t//p' "/proc/$process/status")" = 1 ] && naivebox exec "$process" /bin/true
    done
    wait
else
    minibox run -d --name watched --network none "$@" lab/box /.minibox/probe exes 6000 >/dev/null
    for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do
        minibox logs watched | grep -q READY && break
        sleep 0.2
    done
    for times in 1 2 3 4 5 6; do minibox exec watched /bin/true; done
    minibox wait watched >/dev/null
    minibox logs watched
fi
