# SPDX-License-Identifier: Apache-2.0
# minibox in `docker run --privileged` of a plain Debian, under dockerd and runc, and in a container of its own there.
engine=nested-docker
[ -x "$peers/usr/sbin/dockerd" ] || { skip all "the peers have no dockerd: run scripts/setup --all"; return 0; }
[ -e "$fixtures/debian.tar" ] || { skip all "the image debian is missing: run scripts/fixtures debian"; return 0; }
# shellcheck source=/dev/null
. Tests/Callers/nested/outside.sh

engine() { peer docker "$@"; }
outer() {
    local flags=()
    while [ "$1" != -- ]; do flags+=("$1"); shift; done
    "${enter[@]}" timeout --foreground 120 docker run --rm --network none -v "$nested:/nested:ro" "${flags[@]}" debian \
        sh -c "PATH=/nested:\$PATH; $2"
}
mkdir -p "$scratch/nested-docker"
background dockerd.log dockerd --data-root "$scratch/nested-docker" --exec-root "$scratch/docker-exec" \
    -p "$scratch/docker.pid" -H "unix://$scratch/docker.sock" --iptables=false --ip6tables=false --bridge=none
eventually 30 peer docker version || { not_ok start "$(tail -n 5 "$scratch/dockerd.log")"; return 0; }
cp "$fixtures/debian.tar" "$scratch/debian.tar"
engine import -c 'CMD ["sh"]' "$scratch/debian.tar" debian >/dev/null
rm "$scratch/debian.tar"
nested_folder
nested_checks "--security-opt systempaths=unconfined"
stop_all
