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
fi
