#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container types a line; afterwards a shell reads from the terminal that the container was started on. Without a word of its
# own it is minibox; naivebox stands for the runtime that hands its terminal on.
if [ "${1-}" = naivebox ]; then
    run='naivebox run /lab/rootfs /.minibox/probe'
else
    run="minibox run --rm -it --network none $* lab/box /.minibox/probe"
fi
(sleep 4) | script -qec "$run sti 'touch /lab/typed'; timeout --foreground 4 /bin/sh" /dev/null
