#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whether the victim is there, and whether a signal goes the other way, into a container.
gone() { [ ! -d "/proc/$1" ] || grep -q '^State:.Z' "/proc/$1/status"; }
for attempt in 1 2 3 4 5; do gone "$(cat /lab/victim)" && break; sleep 0.1; done
if gone "$(cat /lab/victim)"; then echo victim dead; else echo victim alive; fi
if grep -qx ran "$LAB_OUT"; then echo ran yes; else echo ran no; fi
inner=$(minibox run -d lab/box sleep 1000)
process=$(minibox inspect --format '{{.State.Pid}}' "$inner")
kill -KILL "$process"
minibox wait "$inner" >/dev/null
if gone "$process"; then echo down dead; else echo down alive; fi
