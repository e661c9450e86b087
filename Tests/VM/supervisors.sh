#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Containers that live on, under a kernel that does not tell how a process ended which is no child, and where cgroup v2
# has every controller.
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
# says NAME PATTERN COMMAND...: its output has a line like that.
says() {
    local name=$1 pattern=$2 got
    shift 2
    got=$("$@" 2>&1) || true
    if grep -q "$pattern" <<<"$got"; then ok "$name"; else not_ok "$name" "expected '$pattern' in '$got'"; fi
}
# state NAME FIELD: of the container, once it has ended.
state() { "$minibox" wait "$1" >/dev/null && "$minibox" inspect -f "{{.State.$2}}" "$1"; }
# until_so COMMAND...: waits until it succeeds, for some minutes at most.
until_so() { for _ in $(seq 600); do ! "$@" >/dev/null 2>&1 || return 0; sleep 0.2; done; }
has_said() { [ "$("$minibox" logs "$1")" = "$2" ]; }
is_status() { [ "$("$minibox" inspect -f '{{.State.Status}}' "$1")" = "$2" ]; }
supervisor() { awk '/^PPid:/ { print $2 }' "/proc/$("$minibox" inspect -f '{{.State.Pid}}' "$1")/status"; }

"$minibox" import "$fixtures/probe.tar" probe >/dev/null

"$minibox" run -d --name kept probe sh -c 'echo here; sleep 1000' >/dev/null
is "it runs" running "$minibox" inspect -f '{{.State.Status}}' kept
until_so has_said kept here
kill -9 "$(supervisor kept)"
until_so is_status kept exited
is "a container dies with its supervisor here" exited "$minibox" inspect -f '{{.State.Status}}' kept
is "and is recorded as killed" 137 "$minibox" inspect -f '{{.State.ExitCode}}' kept
says "why tells that nobody saw its end" "its supervisor was killed, and it with it" "$minibox" why kept
is "its log is there" here "$minibox" logs kept
is "it starts again" kept "$minibox" start kept
is "and stops" kept "$minibox" stop -t 0 kept

"$minibox" run -d --name full -m 24m --memory-swap 24m probe sh -c 'memory 200 >/dev/null' >/dev/null
is "out of memory is recorded" true state full OOMKilled
is "and is 137" 137 state full ExitCode
says "why tells the figures" "killed a process of it for memory: its limit is 24 MiB and 0 bytes of swap; the most that it used was 2[34]" \
    "$minibox" why full
says "why tells what the kernel wrote" "Killed process" "$minibox" why full
"$minibox" run -d --name child -m 24m --memory-swap 24m probe sh -c 'memory 200 >/dev/null; exit 3' >/dev/null
is "a child that ran out of memory" 3 state child ExitCode
says "is told as well" "killed a process of it for memory" "$minibox" why child
echo '{"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [{"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_KILL_PROCESS"}]}' \
    >/run/profile.json
"$minibox" run -d --name shot --security-opt seccomp=/run/profile.json probe mkdir /new >/dev/null
is "a call that the filter kills for" 159 state shot ExitCode
says "is named by the kernel" "did not bear the call mkdir of mkdir, which got SIGSYS" "$minibox" why shot
"$minibox" run -d --name faulty --pid host probe sh -c 'kill -SEGV $$' >/dev/null
is "a fault of its own" 139 state faulty ExitCode
"$minibox" rm -f child shot faulty >/dev/null

"$minibox" run -d --name bomb --pids-limit 30 probe sh -c 'while :; do sleep 100 & done' >/dev/null
sleep 2
is "another runs beside a fork bomb" beside "$minibox" run --rm probe echo beside
is "which stops" bomb "$minibox" stop -t 1 bomb

mkdir -p /run/bundle/rootfs
tar -xf "$fixtures/probe.tar" -C /run/bundle/rootfs
limited=(--userns host -m 64m --memory-swap 80m --pids-limit 50 --cpus 0.5 probe sh -c
    'cd /sys/fs/cgroup; cat memory.max memory.swap.max pids.max cpu.max')
"$minibox" run --print-spec "${limited[@]}" >/run/bundle/config.json 2>/dev/null
is "a printed document has the limits" "$("$minibox" run --rm "${limited[@]}")" \
    "${MINIBOX_RUNTIME:-$(dirname "$minibox")/minibox-runtime}" run -b /run/bundle printed
"$minibox" run -d --name seen probe sh -c 'echo word >/file; sleep 1000' >/dev/null
until_so "$minibox" exec seen grep -q word /file
is "a toolbox sees a container's files" word "$minibox" debug --toolbox probe seen cat /target/file
"$minibox" rm -f seen >/dev/null

"$minibox" run -d --name changed -m 64m probe sleep 1000 >/dev/null
is "its limits are changed" changed "$minibox" update -m 96m --memory-swap 96m --cpus 0.5 changed
is "and hold" 100663296 "$minibox" exec changed cat /sys/fs/cgroup/memory.max
is "also when it starts again" changed "$minibox" restart -t 0 changed
is "they hold" 100663296 "$minibox" exec changed cat /sys/fs/cgroup/memory.max
"$minibox" rm -f kept full bomb changed >/dev/null
is "nothing is left" "" find /sys/fs/cgroup/minibox -mindepth 1 -type d
exit $failed
