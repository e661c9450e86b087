#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Limits in a private cgroup namespace whose root holds processes, as in a container of another engine: the kernel passes
# a controller down only once they are moved to a leaf.
set -euo pipefail
cd "$(dirname "$0")/../.."

minibox=$(realpath "${MINIBOX:-.build/bin/minibox}")
fixtures=${MINIBOX_FIXTURES:-$PWD/.build/fixtures}
scratch=$(mktemp -d)
export MINIBOX_ROOT=$scratch/root MINIBOX_RUN_ROOT=$scratch/run

check() { # NAME EXPECTED FOUND
    if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: expected $2, found $3"; fi
}

group=/sys/fs/cgroup/nested-$$
mkdir "$group"
echo "+memory +pids" >/sys/fs/cgroup/cgroup.subtree_control
"$minibox" import "$fixtures/busybox.tar" busybox >/dev/null

# nested COMMAND: in the group, which is the root there.
nested() {
    # shellcheck disable=SC2016
    bash -c 'echo $$ >"$1"/cgroup.procs; shift; exec unshare --cgroup --mount bash -c "
        umount /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup && $*"' nested "$group" "$@"
}

refused=$(nested 'echo +memory >/sys/fs/cgroup/cgroup.subtree_control' 2>&1 | grep -c 'busy' || true)
check "the kernel refuses while processes sit in the root" 1 "$refused"
check "doctor says that it is nested" 1 \
    "$(nested "$minibox doctor --format json" 2>/dev/null | grep -c 'in a cgroup namespace' || true)"
limits=$(nested "$minibox run --rm --memory 64m --pids-limit 20 busybox \
    cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max" 2>&1 | tr '\n' ' ' || true)
check "limits hold in a nested cgroup namespace" "67108864 20 " "$limits"
check "both controllers are passed down" "memory pids" "$(cat "$group/cgroup.subtree_control")"
check "processes of the root went to a leaf" yes "$([ -d "$group/init" ] && echo yes)"

rmdir "$group/minibox" "$group/init" "$group"

# What threads can have is passed down without EBUSY, and the groups below are then none for processes.
group=/sys/fs/cgroup/threads-$$
mkdir "$group"
limits=$(nested "$minibox run --rm --pids-limit 20 busybox cat /sys/fs/cgroup/pids.max" 2>&1 | tr '\n' ' ' || true)
check "a limit of processes alone holds there, too" "20 " "$limits"
rmdir "$group/minibox" "$group/init" "$group"
rm -rf "$scratch"
