#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --name liar --network none lab/box printf '\033]0;pwned\007\033[2Jroot@host:~# \n'
minibox logs liar | od -c | head
script -qec 'minibox logs liar' /dev/null </dev/null | od -c | head
