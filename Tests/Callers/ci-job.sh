# SPDX-License-Identifier: Apache-2.0
# A CI job in `docker run --privileged` of a Debian, under dockerd and runc: it clones the project's example, builds an
# image and runs the integration tests with minibox (docs/guide/ci.md).
engine=ci-job
[ -x "$peers/usr/sbin/dockerd" ] || { skip all "the peers have no dockerd: run scripts/setup --all"; return 0; }
[ -e "$fixtures/debian-gcc.tar" ] || { skip all "the image debian-gcc is missing: run scripts/fixtures debian-gcc"; return 0; }
[ -n "$swift" ] || { skip all "there is no swift in the path"; return 0; }
git rev-parse --git-dir >/dev/null 2>&1 || { skip all "this is no clone, so there is nothing to clone"; return 0; }
# shellcheck source=/dev/null
. Tests/Callers/nested/outside.sh

docker() { peer docker "$@"; }
mkdir -p "$scratch/docker"
background dockerd.log dockerd --data-root "$scratch/docker" --exec-root "$scratch/docker-exec" -p "$scratch/docker.pid" \
    -H "unix://$scratch/docker.sock" --iptables=false --ip6tables=false --bridge=none
eventually 30 docker version || { not_ok start "$(tail -n 5 "$scratch/dockerd.log")"; return 0; }
cp "$fixtures/debian-gcc.tar" "$scratch/debian.tar"
peer docker import -c 'CMD ["bash"]' "$scratch/debian.tar" debian-gcc >/dev/null
rm "$scratch/debian.tar"
nested_folder

# What the job's image would have beside a compiler: git, and the libraries that git and swift are linked with.
mkdir -p "$scratch/tools/lib"
cp "$(command -v git)" "$scratch/tools/"
cp -r "$(git --exec-path)" "$scratch/tools/git-core"
for program in "$minibox" "$(command -v git)" "$swift"/usr/bin/swift-package "$swift"/usr/bin/swift-frontend "$swift"/usr/bin/clang; do
    ldd "$program" 2>/dev/null | sed -n 's/.* => \([^ ]*\) .*/\1/p'
done | grep -vE "^$swift/|/(libc|libm|libdl|libpthread|librt|libresolv)\.so" | sort -u | xargs cp -Lt "$scratch/tools/lib"
git clone -q --bare "$PWD" "$scratch/project.git"
# A detached head, as a CI service checks out, has no branch that a clone could take.
git -C "$scratch/project.git" update-ref refs/heads/job "$(git rev-parse HEAD)"
git -C "$scratch/project.git" symbolic-ref HEAD refs/heads/job

relays "${enter[@]}" timeout --foreground 600 docker run --rm --network none --privileged -v /run/swift:/swift:ro -v "$scratch/tools:/tools:ro" \
    -v "$scratch/project.git:/project.git:ro" -v "$nested:/nested:ro" debian-gcc bash /nested/job.sh
stop_all
