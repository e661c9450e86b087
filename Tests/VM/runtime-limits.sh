#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Limits of an OCI bundle at work, under a kernel where cgroup v2 has every controller: create, update, events, out of
# memory, delegation, delete. MINIBOX_RUNTIME may name runc or crun in the place of minibox-runtime.
set -euo pipefail
cd "$(dirname "$0")/../.."

binary=${MINIBOX_RUNTIME:-$(realpath .build/bin/minibox-runtime)}
fixtures=${MINIBOX_FIXTURES:-$PWD/.build/fixtures}
scratch=$(mktemp -d)
runtime=("$binary" --root "$scratch/state")

check() { # NAME EXPECTED FOUND
    if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: expected $2, found $3"; fi
}
holds() { # NAME CONDITION...: of [
    local name=$1
    shift
    if [ "$@" ]; then echo "ok $name"; else echo "not ok $name: [ $* ]"; fi
}
mkdir -p "$scratch"/{busybox,probe}
for image in busybox probe; do tar -xpf "$fixtures/$image.tar" -C "$scratch/$image"; done

# bundle IMAGE SCRIPT [FILTER]: a configuration, changed by a filter of jq's.
bundle() {
    rm -rf "$scratch/bundle"
    mkdir "$scratch/bundle"
    (cd "$scratch/bundle" && "$binary" spec)
    jq --arg root "$scratch/$1" --arg script "$2" ".process.terminal = false | .root = {path: \$root, readonly: false}
        | .process.args = [\"sh\", \"-c\", \$script] | ${3:-.}" \
        "$scratch/bundle/config.json" >"$scratch/bundle/new"
    mv "$scratch/bundle/new" "$scratch/bundle/config.json"
}
count=0
# run SCRIPT [FILTER]: in the busybox image, to its end.
run() {
    count=$((count + 1))
    bundle busybox "$1" "${2:-.}"
    "${runtime[@]}" run --bundle "$scratch/bundle" "c$$-$count-$RANDOM" 2>&1
}
shows() { # FILE FILTER: a control file of a container
    run "cat /sys/fs/cgroup/$1" ".linux.resources += $2"
}
# start ID SCRIPT [FILTER]: in the background.
start() {
    bundle busybox "$2" "${3:-.}"
    "${runtime[@]}" run --detach --bundle "$scratch/bundle" "$1" </dev/null >"$scratch/$1.out" 2>&1
}
value() { # ID FILE
    "${runtime[@]}" exec "$1" cat "/sys/fs/cgroup/$2" 2>&1
}
update() { # ID ARGUMENT...
    "${runtime[@]}" update "${@:2}" "$1" 2>&1
}
end() { "${runtime[@]}" delete --force "$1"; }

echo "# $(uname -r): $(cat /sys/fs/cgroup/cgroup.controllers)"
check "a container starts" works "$(run 'echo works')"
check "it has every controller" "$(cat /sys/fs/cgroup/cgroup.controllers)" "$(run 'cat /sys/fs/cgroup/cgroup.controllers')"

# What a bundle asks for
check "memory.max" 67108864 "$(shows memory.max '{memory: {limit: 67108864}}')"
check "memory.low" 33554432 "$(shows memory.low '{memory: {reservation: 33554432}}')"
check "memory.swap.max" 16777216 "$(shows memory.swap.max '{memory: {limit: 67108864, swap: 83886080}}')"
check "no swap" 0 "$(shows memory.swap.max '{memory: {limit: 67108864, swap: 67108864}}')"
check "no limit of memory" max "$(shows memory.max '{memory: {limit: -1}}')"
check "pids.max" 30 "$(shows pids.max '{pids: {limit: 30}}')"
check "pids.max of -1" max "$(shows pids.max '{pids: {limit: -1}}')"
check "cpu.max" "50000 200000" "$(shows cpu.max '{cpu: {quota: 50000, period: 200000}}')"
check "a quota alone" "50000 100000" "$(shows cpu.max '{cpu: {quota: 50000}}')"
check "cpu.max.burst" 10000 "$(shows cpu.max.burst '{cpu: {quota: 50000, burst: 10000}}')"
check "cpu.weight" 59 "$(shows cpu.weight '{cpu: {shares: 512}}')"
check "the default shares are the default weight" 100 "$(shows cpu.weight '{cpu: {shares: 1024}}')"
check "cpu.idle" 1 "$(shows cpu.idle '{cpu: {idle: 1}}')"
check "cpuset.cpus" 1 "$(shows cpuset.cpus.effective '{cpu: {cpus: "1"}}')"
check "cpuset.mems" 0 "$(shows cpuset.mems '{cpu: {mems: "0"}}')"
check "unified" 50000000 "$(shows memory.high '{unified: {"memory.high": "50000000"}}' | sed 's/49999872/50000000/')"
size=$(basename "$(find /sys/kernel/mm/hugepages -name 'hugepages-2048kB' | head -1)")
if [ -n "$size" ]; then
    check "hugetlb.2MB.max" 4194304 "$(shows hugetlb.2MB.max '{hugepageLimits: [{pageSize: "2MB", limit: 4194304}]}')"
    check "hugetlb.2MB.rsvd.max" 4194304 \
        "$(shows hugetlb.2MB.rsvd.max '{hugepageLimits: [{pageSize: "2MB", limit: 4194304}]}')"
fi
disk=/dev/$(basename "$(findmnt -no SOURCE -T "$scratch")")
major=$(stat -c '%Hr' "$disk") minor=$(stat -c '%Lr' "$disk")
check "io.max" "$major:$minor rbps=1048576 wbps=max riops=max wiops=200" \
    "$(shows io.max "{blockIO: {throttleReadBpsDevice: [{major: $major, minor: $minor, rate: 1048576}],
        throttleWriteIOPSDevice: [{major: $major, minor: $minor, rate: 200}]}}")"

# What is no limit, or contradicts itself
holds "swap below memory is refused" "$(shows memory.max '{memory: {limit: 67108864, swap: 1000}}' | grep -c 'memory.swap\|limit')" -gt 0
holds "a controller that nobody has is named" "$(shows x '{unified: {"absent.max": "1"}}' | grep -c 'absent')" -gt 0
check "the cgroup of what failed is gone" 0 "$(find /sys/fs/cgroup -maxdepth 1 -name "c$$-*" | wc -l)"

# At work
bundle probe x '.linux.resources.memory = {limit: 50331648, swap: 50331648} | .process.args = ["/bin/memory", "200"]'
status=0
"${runtime[@]}" run --bundle "$scratch/bundle" oom >"$scratch/out" 2>&1 || status=$?
check "an out of memory kill is 137" 137 "$status"
holds "it had some memory before" "$(grep -c 'holds 8$' "$scratch/out" || true)" -gt 0
check "a fork past the limit is refused" 1 \
    "$(run 'for i in 1 2 3 4 5 6 7 8 9 10 11 12; do sleep 5 & done; wait' '.linux.resources.pids = {limit: 6}' | grep -ci 'fork' | head -c 1)"

# update
start u 'exec sleep 1000'
update u --memory 64m --memory-swap 96m --pids-limit 40 --cpu-quota 30000 --cpu-period 60000 --cpu-share 2048 >/dev/null
check "update: memory" 67108864 "$(value u memory.max)"
check "update: swap" 33554432 "$(value u memory.swap.max)"
check "update: processes" 40 "$(value u pids.max)"
check "update: processor" "30000 60000" "$(value u cpu.max)"
check "update: weight" 174 "$(value u cpu.weight)"
update u --cpu-period 90000 >/dev/null
check "update: a period alone leaves the quota" "30000 90000" "$(value u cpu.max)"
echo '{"memory": {"limit": -1, "swap": -1}, "pids": {"limit": -1}, "cpu": {"quota": -1}}' |
    "${runtime[@]}" update --resources - u
check "update: -1 takes limits away" "max max max max 90000 " \
    "$(for file in memory.max memory.swap.max pids.max cpu.max; do value u $file; done | tr '\n' ' ')"
update u --resources /dev/stdin <<<'{"cpu": {"cpus": "0", "mems": "0"}, "blockIO": {}, "unified": {"memory.high": "max"}}' >/dev/null
check "update: the processors" 0 "$(value u cpuset.cpus)"
holds "update: a limit below what is used is refused where that is asked" \
    "$(update u --resources /dev/stdin <<<'{"memory": {"limit": 4096, "checkBeforeUpdate": true}}' | grep -c 'limit')" -gt 0
check "and nothing was changed" max "$(value u memory.max)"

# events
update u --memory 100m >/dev/null
"${runtime[@]}" events --stats u >"$scratch/stats"
check "events: the limit" 104857600 "$(jq .data.memory.usage.limit "$scratch/stats")"
holds "events: memory in use" "$(jq .data.memory.usage.usage "$scratch/stats")" -gt 0
holds "events: time of processors" "$(jq .data.cpu.usage.total "$scratch/stats")" -gt 0
check "events: processes" 1 "$(jq .data.pids.current "$scratch/stats")"
check "events: the processors" '[0]' "$(jq -c .data.cpuset.cpus "$scratch/stats")"
check "events: pressure" number "$(jq -r '.data.memory.psi.some.avg10 | type' "$scratch/stats")"
end u
# It takes memory once somebody listens, who then tells of it every second.
start o 'until [ -e /listened ]; do sleep 0.1; done; exec tail -c 300m /dev/zero' '.linux.resources.memory = {limit: 33554432, swap: 33554432}'
timeout 600 "${runtime[@]}" events --interval 1s o >"$scratch/events" 2>&1 &
for _ in $(seq 600); do
    [ ! -s "$scratch/events" ] || break
    sleep 0.2
done
: >"$scratch/busybox/listened"
wait $! || true
holds "events: out of memory is told" "$(jq -r .type "$scratch/events" | grep -c '^oom$' || true)" -gt 0
end o

# pause
start p 'while :; do echo .; sleep 0.1; done'
"${runtime[@]}" pause p
check "a paused container" paused "$("${runtime[@]}" state p | jq -r .status)"
check "its cgroup is frozen" 1 "$(grep -c 'frozen 1' "/sys/fs/cgroup/p/cgroup.events")"
end p
check "a frozen container is deleted" 0 "$(find /sys/fs/cgroup -maxdepth 1 -name p | wc -l)"

# Delegation: with users of its own, a cgroup namespace, and a tree that can be written.
users='.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
    | .linux.gidMappings = .linux.uidMappings | .mounts |= map(if .destination == "/sys/fs/cgroup" then .options -= ["ro"] else . end)'
chown -R 100000:100000 "$scratch/busybox"
chmod 755 "$scratch"
check "the container's root makes cgroups" made \
    "$(run 'mkdir /sys/fs/cgroup/below && rmdir /sys/fs/cgroup/below && echo made' "$users")"
check "but raises no limit of its own" refused \
    "$(run 'echo max 2>/dev/null >/sys/fs/cgroup/memory.max || echo refused' "$users" | tail -n 1)"

check "no cgroup is left" 0 "$(find /sys/fs/cgroup -mindepth 1 -maxdepth 1 -type d -name "c$$-*" | wc -l)"
rm -rf "$scratch"
