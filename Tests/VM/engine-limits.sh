#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Limits that people set with podman, held by minibox-runtime, under a kernel where cgroup v2 has every controller.
set -euo pipefail
cd "$(dirname "$0")/../.."

runtime=$(realpath "${MINIBOX_RUNTIME:-.build/bin/minibox-runtime}")
fixtures=${MINIBOX_FIXTURES:-$PWD/.build/fixtures}
peers=${MINIBOX_PEERS:-$PWD/.build/peers-newest}
[ -x "$peers/usr/bin/podman" ] || { echo "skip podman: the peers have none: run scripts/setup --all"; exit 0; }
scratch=/run/minibox-tests/callers
mkdir -p "$scratch"
# shellcheck source=/dev/null
. Tests/Callers/lib.sh
trap 'stop_all; kill "${holder-}" 2>/dev/null || true' EXIT
enter_peers
# The peers' root may be on a file system that cannot be written.
for folder in tmp cache lib; do
    nsenter --mount="/proc/$holder/ns/mnt" -- "$scratch/bin/busybox" mount -t tmpfs tmpfs "/var/$folder"
done
# Emulated, a command takes seconds.
peer() { "${enter[@]}" timeout --foreground 300 "$@"; }

engine=podman
sed "s|/usr/local/bin/minibox-runtime|$runtime|" docs/guide/containers.conf.d/minibox.conf >"$scratch/containers.conf"
storage=(--root /run/storage/root --runroot /run/storage/run --tmpdir /run/storage/tmp --storage-driver overlay
    --cgroup-manager cgroupfs --events-backend file --runtime minibox)
podman() { peer podman "${storage[@]}" "$@"; }
limited() { podman run --network none --rm "$@"; }
cp "$fixtures/probe.tar" "$scratch/probe.tar"
podman import -c 'CMD ["sh"]' "$scratch/probe.tar" localhost/probe >"$scratch/out" 2>&1 ||
    { not_ok "import of an image" "$(cat "$scratch/out")"; exit 1; }

gives "memory, swap, processes, processor" 0 "67108864
16777216
30
50000 100000
59
1" limited -m 64m --memory-swap 80m --pids-limit 30 --cpus 0.5 --cpu-shares 512 --cpuset-cpus 1 localhost/probe sh -c \
    'cd /sys/fs/cgroup; cat memory.max memory.swap.max pids.max cpu.max cpu.weight cpuset.cpus'
gives "out of memory is 137" 137 "holds 8" limited -m 24m --memory-swap 24m localhost/probe sh -c 'memory 200 | head -1; memory 200 >/dev/null'
podman run -d --network none --name u localhost/probe sleep 1000 >/dev/null
says "update" 0 . podman update -m 96m --cpus 0.25 u
gives "update is seen" 0 "100663296
25000 100000" sh -c 'cd /sys/fs/cgroup/libpod_parent/libpod-*; cat memory.max cpu.max'
says "statistics" 0 '100\.7MB' podman stats --no-stream --format '{{.MemUsage}}' u
gives "pause" 0 "u" podman pause u
gives "it is seen as paused" 0 "paused" podman inspect -f '{{.State.Status}}' u
says "remove while paused" 0 . podman rm -f -t 0 u
exit $failed
