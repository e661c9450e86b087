#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What minibox does inside a privileged container, as checks on standard output, and once more in a privileged container of
# its own. For the shell of Debian and that of busybox.
#   inside.sh LEVELS    how many levels of minibox there are to be
# /nested has minibox, minibox-init, this script and the image busybox.
set -u
levels=$1
PATH=/nested:$PATH
[ -z "${AT-}" ] && at=1 || at=$((AT + 1))

ok() { echo "ok level $at: $1"; }
not_ok() {
    echo "not ok level $at: $1"
    echo "$2" | sed 's/^/    /' | head -n 20
}
# gives NAME CODE OUTPUT COMMAND...
gives() {
    name=$1 code=$2 wanted=$3
    shift 3
    told=$("$@" 2>/tmp/errors </dev/null) && status=0 || status=$?
    if [ $status = "$code" ] && [ "$told" = "$wanted" ]; then ok "$name"; else
        not_ok "$name" "exit $status, wanted $code; output: $told; wanted: $wanted; errors: $(tail -n 5 /tmp/errors)"
    fi
}
# says NAME CODE PATTERN COMMAND...
says() {
    name=$1 code=$2 pattern=$3
    shift 3
    told=$("$@" 2>&1 </dev/null) && status=0 || status=$?
    if [ $status = "$code" ] && echo "$told" | grep -qE -- "$pattern"; then ok "$name"; else
        not_ok "$name" "exit $status, wanted $code and the words $pattern: $told"
    fi
}
# The loop device of the store, mounts seen here, cgroups, and processes but for those that look.
leftovers() {
    device=/sys/block/loop$(readlink /var/lib/minibox/store.loop)/loop/backing_file
    [ ! -e "$device" ] || grep -H '/store.ext4$' "$device"
    cut -d' ' -f5 /proc/self/mountinfo | sort
    find /sys/fs/cgroup/minibox -mindepth 1 -type d 2>/dev/null
    for process in /proc/[0-9]*; do
        tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -E '^(minibox|sleep)'
    done
}
before=$(leftovers)
minibox version >/dev/null || exit

gives "the root is an overlay" 0 overlay sh -c "grep ' / ' /proc/mounts | tail -n 1 | cut -d' ' -f3"
minibox import /nested/busybox.tar busybox >/tmp/out 2>&1 && ok "import" || not_ok "import" "$(cat /tmp/out)"
gives "run" 0 hello minibox run --rm busybox echo hello

mkdir -p /tmp/context/folder
echo copied >/tmp/context/folder/file
cat >/tmp/context/Dockerfile <<'FILE'
FROM busybox
RUN mkdir /removed && echo kept >/removed/below && echo built >/file
COPY folder /copied
RUN rm -r /removed /etc/group && mkdir /removed && echo again >/removed/new
FILE
minibox build -q -t built /tmp/context >/tmp/out 2>&1 && ok "build" || not_ok "build" "$(cat /tmp/out)"
gives "what was built" 0 "built copied again" minibox run --rm built sh -c \
    'echo $(cat /file /copied/file /removed/*); [ ! -e /etc/group ]'

gives "run detached" 0 "" sh -c "minibox run -d --name long busybox sh -c 'echo ready; exec sleep 1000' >/dev/null"
gives "exec" 0 inside minibox exec long echo inside
gives "exec writes" 0 "" minibox exec long sh -c 'echo changed >/changed; rm /etc/group'
for _ in $(seq 300); do
    [ "$(minibox logs long)" != ready ] || break
    sleep 0.1
done
gives "logs" 0 ready minibox logs long
says "diff" 0 '^D /etc/group' minibox diff long
gives "commit" 0 "" sh -c 'minibox commit long committed >/dev/null'
gives "what was committed" 0 changed minibox run --rm committed cat /changed
gives "stop" 0 long minibox stop -t 0 long
gives "a container that was stopped has its files" 0 "" minibox cp long:/changed /tmp/changed
gives "start again" 0 long minibox start long
gives "its files are there" 0 changed minibox exec long cat /changed
gives "removal by force" 0 long minibox rm -f long

gives "volume" 0 kept sh -c "minibox volume create data >/dev/null &&
    minibox run --rm -v data:/data busybox sh -c 'echo kept >/data/file' && minibox run --rm -v data:/data:ro busybox cat /data/file"
gives "a folder of the outer container" 0 copied minibox run --rm -v /tmp/context/folder:/folder:ro busybox cat /folder/file

controllers=$(cat /sys/fs/cgroup/cgroup.controllers 2>/dev/null)
for check in 'memory|-m 64m|memory.max|67108864' 'pids|--pids-limit 50|pids.max|50' 'cpu|--cpus 0.5|cpu.max|50000 100000'; do
    controller=${check%%|*} rest=${check#*|}
    flags=${rest%%|*} rest=${rest#*|}
    case " $controllers " in
        # shellcheck disable=SC2086
        *" $controller "*) gives "limit: $flags" 0 "${rest#*|}" minibox run --rm $flags busybox cat "/sys/fs/cgroup/${rest%%|*}" ;;
        # shellcheck disable=SC2086
        *) says "limit that cannot be: $flags" 125 "$controller" minibox run --rm $flags busybox true ;;
    esac
done
gives "a process of its own in a cgroup" 0 "0::/" minibox run --rm busybox grep ^0: /proc/self/cgroup

# No systemd: who asks is the supervisor.
minibox run -d --name sound --health-cmd true --health-interval 200ms busybox sleep 1000 >/dev/null
health=starting
for _ in $(seq 300); do
    health=$(minibox inspect --format '{{.State.Health.Status}}' sound)
    [ "$health" != healthy ] || break
    sleep 0.1
done
[ "$health" = healthy ] && ok "health" || not_ok "health" "$health"
minibox rm -f sound >/dev/null

# CAP_SYS_RESOURCE is number 24.
case $(($(printf '%d' "0x$(sed -n 's/^CapEff:\s*//p' /proc/self/status)") >> 24 & 1)) in
    1) gives "a limit above the hard one" 0 500000 minibox run --rm --ulimit nofile=500000:500000 busybox sh -c 'ulimit -n' ;;
    0) says "a limit above the hard one is lowered, with a line" 0 'the hard limit nofile=500000 is above' \
        minibox run --rm --ulimit nofile=500000:500000 busybox sh -c 'ulimit -n' ;;
esac

# A job that is killed: the command, then the supervisor of another container.
minibox run --rm --name killed busybox sleep 1001 &
victim=$!
minibox run -d --name orphan busybox sleep 1002 >/dev/null
sleep 0.5
kill -9 $victim $(for process in /proc/[0-9]*; do
    tr '\0' ' ' <"$process/cmdline" 2>/dev/null | grep -q '^minibox: orphan' && echo "${process#/proc/}"; done) 2>/dev/null
wait $victim 2>/dev/null
says "the next command after a kill" 0 orphan minibox ps -a
says "nothing is left of what was killed" 1 "." sh -c 'minibox ps -a | grep -w killed || { echo none; exit 1; }'
gives "removal of what was orphaned" 0 orphan minibox rm -f orphan
says "check of the store" 0 . minibox system check

if [ "$at" -lt "$levels" ]; then
    minibox run --rm --privileged -e AT=$at -v /nested:/nested:ro busybox sh /nested/inside.sh "$levels" </dev/null
fi

minibox rmi -f committed built busybox >/dev/null 2>&1
minibox volume rm data >/dev/null
for _ in $(seq 300); do
    after=$(leftovers)
    [ "$before" != "$after" ] || break
    sleep 0.2
done
[ "$before" = "$after" ] && ok "nothing is left" || not_ok "nothing is left" "before: $before
after: $after"
echo "end of level $at"
