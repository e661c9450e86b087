#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Limits at work, under a kernel where cgroup v2 has every controller, and whose overlayfs takes names alone.
set -euo pipefail
cd "$(dirname "$0")/../.."

minibox=$(realpath "${MINIBOX:-.build/bin/minibox}")
fixtures=${MINIBOX_FIXTURES:-$PWD/.build/fixtures}
scratch=$(mktemp -d)
export MINIBOX_ROOT=$scratch/root MINIBOX_RUN_ROOT=$scratch/run

check() { # NAME EXPECTED FOUND
    if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: expected $2, found $3"; fi
}
holds() { # NAME CONDITION...: of [
    local name=$1
    shift
    if [ "$@" ]; then echo "ok $name"; else echo "not ok $name: [ $* ]"; fi
}
run() { "$minibox" run --rm "$@"; }
code() { local status=0; "$@" >/dev/null 2>&1 || status=$?; echo $status; }
milliseconds() { echo $(($(date +%s%N) / 1000000)); }

"$minibox" import "$fixtures/busybox.tar" busybox >/dev/null
"$minibox" import "$fixtures/probe.tar" probe >/dev/null

# Overlay: by names on 6.1, by descriptors where the kernel takes them.
route=$(run --dry-run --explain=json busybox true | jq -r '.steps[] | select(.step == "mountOverlay") | .parameters.route // .parameters.overlay.route' | head -c 60)
echo "# $(uname -r), overlay route: $route"
check "a container starts" works "$(run busybox echo works 2>&1)"
check "its root can be written" written "$(run busybox sh -c 'echo written >/file; cat /file' 2>&1)"
check "the image stays as it was" 1 "$(code run busybox cat /file)"
"$minibox" run --name kept busybox sh -c 'echo kept >/file; chown 7:8 /file' >/dev/null 2>&1
check "files on disk have the ids inside" 7:8 "$(stat -c %u:%g "$scratch"/root/containers/*/upper/file)"
"$minibox" rm kept >/dev/null
code "$minibox" run --name told busybox sh -c 'exit 4' >/dev/null
check "the run directory goes with the container" 0 "$(find "$MINIBOX_RUN_ROOT/containers" -mindepth 1 -type d | wc -l)"
check "the code is kept" 4 "$("$minibox" inspect told | jq '.[0].State.ExitCode')"
"$minibox" rm told >/dev/null
check "no mount is left" 0 "$(grep -c "$scratch" /proc/self/mountinfo || true)"

# Memory
check "memory.max" 67108864 "$(run --memory 64m busybox cat /sys/fs/cgroup/memory.max 2>&1)"
check "memory.low" 33554432 "$(run --memory-reservation 32m busybox cat /sys/fs/cgroup/memory.low 2>&1)"
check "memory.swap.max" 16777216 "$(run --memory 64m --memory-swap 80m busybox cat /sys/fs/cgroup/memory.swap.max 2>&1)"
status=0
run --memory 48m --memory-swap 48m probe memory 200 >"$scratch/out" 2>"$scratch/err" || status=$?
check "an out of memory kill is 137" 137 "$status"
check "and a line that says so" 1 "$(grep -c 'memory limit of 50331648 bytes' "$scratch/err" || true)"
check "it had some memory before" 1 "$(grep -c 'holds 8$' "$scratch/out" || true)"
"$minibox" run --name oom --memory 48m --memory-swap 48m probe memory 200 >/dev/null 2>&1 || true
check "inspect records it" true "$("$minibox" inspect oom | jq '.[0].State.OOMKilled')"
"$minibox" rm oom >/dev/null
check "the least that is taken is enough to start" started "$(run --memory 1m busybox echo started 2>&1)"
check "less is refused" 125 "$(code run --memory 900k busybox true)"
check "enough memory is enough" 0 "$(code run --memory 128m probe memory 32)"

# Processes
check "pids.max" 30 "$(run --pids-limit 30 busybox cat /sys/fs/cgroup/pids.max 2>&1)"
check "a fork past the limit is refused" EAGAIN "$(run --pids-limit 30 probe forks 60 2>&1 | cut -d' ' -f3)"
check "one process is enough for one" started "$(run --pids-limit 1 busybox echo started 2>&1)"
check "no limit is none" max "$(run --pids-limit -1 busybox cat /sys/fs/cgroup/pids.max 2>&1)"

# Processor
check "cpu.max" "50000 100000" "$(run --cpus 0.5 busybox cat /sys/fs/cgroup/cpu.max 2>&1)"
check "cpu.weight" 59 "$(run --cpu-shares 512 busybox cat /sys/fs/cgroup/cpu.weight 2>&1)"
throttled=$(run --cpus 0.1 busybox sh -c 'i=0; while [ $i -lt 60000 ]; do i=$((i+1)); done; grep nr_throttled /sys/fs/cgroup/cpu.stat' 2>&1 | cut -d' ' -f2)
holds "a container past its share of the processor waits" "${throttled:-0}" -gt 0
check "cpuset.cpus" 1 "$(run --cpuset-cpus 1 busybox cat /sys/fs/cgroup/cpuset.cpus.effective 2>&1)"
check "cpuset.mems" 0 "$(run --cpuset-mems 0 busybox cat /sys/fs/cgroup/cpuset.mems 2>&1)"
# 300 on the scale from 10 to 1000 is 2930 on the one from 1 to 10000; BFQ keeps the first.
weight=$(run --blkio-weight 300 busybox sh -c 'cat /sys/fs/cgroup/io.bfq.weight /sys/fs/cgroup/io.weight' 2>&1) || true
if grep -qE '^minibox: .*io\.(bfq\.)?weight' <<<"$weight"; then
    echo "skip the weight of input and output: this kernel has neither BFQ nor the cost model"
else
    check "the weight of input and output" yes "$(grep -qE '^(default )?(300|2930)$' <<<"$weight" && echo yes || echo "$weight")"
fi
check "it runs on those processors alone" "1" "$(run --cpuset-cpus 1 busybox sh -c "awk '/Cpus_allowed_list/{print \$2}' /proc/self/status" 2>&1)"

# Disks: the one the scratch folder is on.
disk=/dev/$(basename "$(findmnt -no SOURCE -T "$scratch")")
number=$(stat -c '%Hr:%Lr' "$disk")
check "io.max" "$number rbps=1048576 wbps=2097152 riops=100 wiops=200" \
    "$(run --device-read-bps "$disk:1m" --device-write-bps "$disk:2m" --device-read-iops "$disk:100" \
        --device-write-iops "$disk:200" busybox cat /sys/fs/cgroup/io.max 2>&1)"
mkdir "$scratch/data"
begin=$(milliseconds)
run -v "$scratch/data:/data" --device-write-bps "$disk:1m" busybox dd if=/dev/zero of=/data/slow bs=256k count=12 oflag=direct \
    >/dev/null 2>&1 || run -v "$scratch/data:/data" --device-write-bps "$disk:1m" busybox dd if=/dev/zero of=/data/slow bs=256k count=12 conv=fsync >/dev/null 2>&1
end=$(milliseconds)
holds "three MiB at one a second take two seconds" $((end - begin)) -gt 1900

check "exec is under the same limits" 40 "$(
    "$minibox" run --rm --name limited --pids-limit 40 busybox sleep 60 >/dev/null 2>&1 &
    for _ in $(seq 1000); do "$minibox" exec limited true >/dev/null 2>&1 && break; sleep 0.1; done
    "$minibox" exec limited cat /sys/fs/cgroup/pids.max 2>&1
    "$minibox" rm -f limited >/dev/null 2>&1
)"
# Who was in the background cleans up by itself.
for _ in $(seq 300); do
    [ -n "$(find /sys/fs/cgroup/minibox -mindepth 1 -type d 2>/dev/null)" ] || break
    sleep 0.2
done
check "no cgroup is left" 0 "$(find /sys/fs/cgroup/minibox -mindepth 1 -type d 2>/dev/null | wc -l)"
rm -rf "$scratch"
