#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A clock that is set, an hour and a day to either side, while containers run: nothing that waits is early or late by it.
set -euo pipefail
cd "$(dirname "$0")/../.."

minibox=$(realpath "${MINIBOX:-.build/bin/minibox}")
fixtures=${MINIBOX_FIXTURES:-$PWD/.build/fixtures}
failed=0
ok() { echo "ok $1"; }
not_ok() { echo "not ok $1: $2"; failed=1; }
# is NAME EXPECTED COMMAND...
is() {
    local name=$1 expected=$2 got
    shift 2
    got=$("$@" 2>&1) || true
    if [ "$got" = "$expected" ]; then ok "$name"; else not_ok "$name" "expected '$expected', got '$got'"; fi
}
uptime_ms() { awk '{ printf "%d", $1 * 1000 }' /proc/uptime; }
# between NAME LEAST MOST MILLISECONDS
between() {
    if [ "$4" -ge "$2" ] && [ "$4" -le "$3" ]; then ok "$1"; else not_ok "$1" "$4 ms, not $2 to $3"; fi
}
# set_clock SECONDS: forward, or back where it is negative.
set_clock() { date -s "@$(($(date +%s) + $1))" >/dev/null; }

"$minibox" import "$fixtures/probe.tar" probe >/dev/null

for step in 3600 -7200 90000; do
    # A process 1 that does not handle SIGTERM.
    "$minibox" run -d --name deaf probe sleep 100000 >/dev/null
    begin=$(uptime_ms)
    "$minibox" stop -t 4 deaf >/dev/null &
    sleep 1.5
    set_clock $step
    wait $!
    between "a stop takes its time, the clock set by $step" 4000 600000 $(($(uptime_ms) - begin))
    "$minibox" rm deaf >/dev/null
done

# Its fifth wait is 1.6 seconds: with the clock back by a day it would be one.
"$minibox" run -d --name again --restart always probe false >/dev/null
for _ in $(seq 3000); do
    [ "$("$minibox" inspect -f '{{.RestartCount}}' again)" -ge 4 ] && break
    sleep 0.1
done
set_clock -86400
for _ in $(seq 2000); do
    [ "$("$minibox" inspect -f '{{.RestartCount}}' again)" -ge 6 ] && break
    sleep 0.1
done
count=$("$minibox" inspect -f '{{.RestartCount}}' again)
if [ "$count" -ge 6 ]; then ok "a restart is not late"; else not_ok "a restart is not late" "$count"; fi
set_clock 172800
sleep 1
more=$("$minibox" inspect -f '{{.RestartCount}}' again)
if [ "$more" -le $((count + 2)) ]; then ok "nor early"; else not_ok "nor early" "$count, then $more"; fi
"$minibox" rm -f again >/dev/null

"$minibox" run -d --name asked --health-cmd 'echo asked >>/asked' --health-interval 2s probe sleep 100000 >/dev/null
for _ in $(seq 2000); do
    [ "$("$minibox" inspect -f '{{.State.Health.Status}}' asked)" = healthy ] && break
    sleep 0.1
done
set_clock -86400
# asks: how often it was asked. most: how often that can be by now, every two seconds, and some more at either end.
asks() { "$minibox" exec asked grep -c asked /asked; }
most() { echo $((before + ($(uptime_ms) - begin) / 2000 + 3)); }
begin=$(uptime_ms) before=$(asks)
for _ in $(seq 600); do
    after=$(asks)
    [ "$after" -lt $((before + 3)) ] || break
    sleep 0.5
done
between "a health check is asked as often, the clock set back" $((before + 3)) "$(most)" "$after"
set_clock 172800
begin=$(uptime_ms) before=$(asks)
sleep 4
after=$(asks)
between "and forward" "$before" "$(most)" "$after"
is "it is healthy" healthy "$minibox" inspect -f '{{.State.Health.Status}}' asked
"$minibox" rm -f asked >/dev/null

# Lines of an hour that was ahead lie between two of the right one.
"$minibox" run -d --name writes probe sh -c 'echo first; while [ ! -e /ahead ]; do sleep 0.1; done; echo ahead
    while [ ! -e /back ]; do sleep 0.1; done; echo last; sleep 100000' >/dev/null
lines() { for _ in $(seq 2000); do [ "$("$minibox" logs writes | wc -l)" -ge "$1" ] && return; sleep 0.1; done; }
lines 1
set_clock 3600
"$minibox" exec writes touch /ahead
lines 2
set_clock -3600
"$minibox" exec writes touch /back
lines 3
is "a log has every line in the order of writing" "first
ahead
last" "$minibox" logs writes
is "until now leaves out what is ahead, and nothing else" "first
last" "$minibox" logs --until "$(($(date +%s) + 60))" writes
is "since half an hour ahead has what is ahead" ahead "$minibox" logs --since "$(($(date +%s) + 1800))" writes
begin=$(uptime_ms)
"$minibox" logs -f writes >/dev/null &
sleep 1
set_clock -7200
"$minibox" stop -t 1 writes >/dev/null
wait $!
between "who follows hears of the end" 0 600000 $(($(uptime_ms) - begin))
set_clock 7200
"$minibox" rm -f writes >/dev/null
is "nothing is left" "" "$minibox" ps -aq
exit $failed
