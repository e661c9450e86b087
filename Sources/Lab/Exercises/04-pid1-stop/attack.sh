#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Three orphans in a container, and then it is asked to end. "$@" are the arm's flags.
minibox run -d --name reaper "$@" lab/box sleep 1000 >/dev/null
minibox exec reaper sh -c 'for orphan in 1 2 3; do (sleep 0.1 & ) ; done; sleep 0.5'
init=$(minibox inspect --format '{{.State.Pid}}' reaper)
echo "zombies $(cat /proc/[0-9]*/status 2>/dev/null | awk -v parent="$init" '/^State:/ {state=$2} /^PPid:/ && state == "Z" && $2 == parent {count++} END {print count+0}')"
minibox stop -t 1 reaper >/dev/null
echo "ended $(minibox inspect --format '{{.State.ExitCode}}' reaper)"
