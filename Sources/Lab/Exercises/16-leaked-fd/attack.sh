#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A program uses what its starter has left open. The arm's flags are the runtime's name, or flags of minibox.
if [ "${1-}" = naivebox ]; then
    naivebox rootfs /lab/jail
    naivebox run --leak /lab/jail /bin/sh -c 'echo ran; cat /proc/self/fd/9/flag'
else
    exec 9</root
    minibox run --rm "$@" lab/box sh -c 'echo ran; cat /proc/self/fd/9/flag'
    # And what a program has that is executed at once, with no shell that could close something.
    minibox run --rm "$@" lab/box /.minibox/probe fds
    exec 9<&-
    # One that asks for a directory over a socket, if it has one, climbs from there, and keeps it open for the audit.
    minibox run -d --name taker "$@" lab/box \
        /.minibox/probe fd-take /handed/socket 300 ../../etc/hostname ../../root/flag || exit
    until minibox logs taker | grep -qE '"result":"E|root/flag'; do sleep 0.1; done
    minibox logs taker
    minibox audit -v taker >/lab/audit 2>&1
fi
