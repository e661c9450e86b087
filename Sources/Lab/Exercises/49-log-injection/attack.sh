#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container prints an escape sequence and a forged record; its log is read by a program, or on a terminal.
minibox run --name liar --network none lab/box \
    printf '\033]0;pwned\007\033[2Jroot@host:~# \n{"log":"all is well\\n","stream":"stdout"}\n' >/dev/null
if [ "$1" = terminal ]; then
    script -qec 'minibox logs liar' /dev/null </dev/null
else
    minibox logs liar
fi
