#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
env TOKEN="$LAB_FLAG" setsid sh -c 'while :; do sleep 1000; done' "$LAB_FLAG" >/dev/null 2>&1 </dev/null &
for attempt in 1 2 3 4 5 6 7 8 9 10; do
    if grep -qaF "$LAB_FLAG" "/proc/$!/cmdline"; then break; fi
    sleep 0.1
done
echo $! >/lab/victim
