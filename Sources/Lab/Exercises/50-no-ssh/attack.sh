#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A program is executed in a running container; its rights are compared with the first process's. "$@" are flags of exec.
minibox run -d --name served --network none lab/box sleep 300 >/dev/null
minibox exec -d "$@" served sleep 4711
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
    entered=$(grep -lasx 'sleep.4711.' /proc/[0-9]*/cmdline | head -n 1)
    [ -n "$entered" ] && break
    sleep 0.2
done
first=$(minibox inspect --format '{{.State.Pid}}' served)
echo "first $(sed -n 's/^CapBnd:\t//p' "/proc/$first/status")"
echo "entered $(sed -n 's/^CapBnd:\t//p' "${entered%/cmdline}/status")"
echo "filter $(sed -n 's/^Seccomp:\t//p' "${entered%/cmdline}/status")"
minibox exec served /.minibox/probe listeners
