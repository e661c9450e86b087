# SPDX-License-Identifier: Apache-2.0
# minibox in `podman run --privileged` of a plain Debian, under runc, and in a container of its own there.
engine=nested-podman
[ -x "$peers/usr/bin/podman" ] || { skip all "the peers have no podman: run scripts/setup --all"; return 0; }
[ -e "$fixtures/debian.tar" ] || { skip all "the image debian is missing: run scripts/fixtures debian"; return 0; }
# shellcheck source=/dev/null
. Tests/Callers/nested/outside.sh

# Without CAP_SYS_RESOURCE the limits that podman asks for by itself are refused.
printf '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n' >"$scratch/containers.conf"
# Nor is there a limit of processes where the cgroup v2 tree has no such controller.
grep -qw pids /sys/fs/cgroup/cgroup.controllers || echo 'pids_limit = 0' >>"$scratch/containers.conf"
nested_storage=(--root "$scratch/nested-podman" --runroot "$scratch/podman-run" --tmpdir "$scratch/podman-tmp"
    --storage-driver overlay --cgroup-manager cgroupfs --events-backend file --runtime runc)
engine() { peer podman "${nested_storage[@]}" "$@"; }
outer() {
    local flags=()
    while [ "$1" != -- ]; do flags+=("$1"); shift; done
    "${enter[@]}" timeout --foreground 120 podman "${nested_storage[@]}" run --rm --network none -v "$nested:/nested:ro" \
        "${flags[@]}" debian sh -c "PATH=/nested:\$PATH; $2"
}
cp "$fixtures/debian.tar" "$scratch/debian.tar"
engine import -c 'CMD ["sh"]' "$scratch/debian.tar" debian >"$scratch/out" 2>&1 ||
    { not_ok "import of an image" "$(cat "$scratch/out")"; return 0; }
rm "$scratch/debian.tar"
nested_folder
nested_checks "--security-opt unmask=ALL"
stop_all
