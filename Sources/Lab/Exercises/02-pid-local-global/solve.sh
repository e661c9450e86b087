#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run -d --name inner lab/box sleep 1000
# From outside: two numbers, the lab host's first.
for process in $(pidof sleep); do grep NSpid "/proc/$process/status"; done
# From inside: one.
minibox exec inner grep NSpid /proc/1/status
# With the host's pid namespace the lab host's processes are listed.
sh "$LAB_EXERCISE/attack.sh" --userns host --pid host
