#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container lists the processes that it sees. "$@" are the arm's flags.
minibox run -d --name looker "$@" lab/box sh -c 'cat /proc/[0-9]*/cmdline | tr "\0" " " >/tmp/seen; grep NSpid /proc/self/status >>/tmp/seen; exec sleep 4711' >/dev/null
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30; do
    pidof sleep >/dev/null && minibox exec looker grep -q NSpid /tmp/seen && grep -qs 4711 /proc/[0-9]*/cmdline && break
    sleep 0.2
done
minibox exec looker cat /tmp/seen
