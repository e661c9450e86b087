# SPDX-License-Identifier: Apache-2.0
# buildah with `--runtime`, which it calls itself: without conmon.
engine=buildah
[ -x "$peers/usr/bin/buildah" ] || { skip all "the peers have no buildah: run scripts/setup --all"; return 0; }

printf '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n' >"$scratch/containers.conf"
storage=(--root "$scratch/buildah" --runroot "$scratch/buildah-run" --storage-driver overlay)
buildah() { peer buildah "${storage[@]}" "$@"; }
buildah_run() { buildah run --isolation oci --runtime "$runtime" --network none "$@"; }
buildah pull -q "oci-archive:$scratch/busybox-oci.tar" >"$scratch/image" 2>"$scratch/out" ||
    { not_ok "import of an image" "$(cat "$scratch/out")"; return 0; }
buildah tag "$(tail -n 1 "$scratch/image")" localhost/busybox
container=$(buildah from --pull=never localhost/busybox)

gives "run" 0 "hello" buildah_run "$container" -- echo hello
for code in 1 126 127; do says "exit code $code" $code "" buildah_run "$container" -- sh -c "exit $code"; done
says "a missing program" 1 'no-such-program' buildah_run "$container" -- no-such-program
says "terminal" 0 "/dev/pts/0" on_terminal buildah "${storage[@]}" run --isolation oci --runtime "$runtime" --network none -t "$container" -- tty
gives "user" 0 "1000" buildah_run --user 1000 "$container" -- id -u
mkdir -p "$scratch/buildah-context"
printf 'FROM localhost/busybox\nRUN echo built >/file && id -u\nRUN cat /file\n' >"$scratch/buildah-context/Dockerfile"
says "build" 0 '^built' buildah build --isolation oci --runtime "$runtime" --network none --pull=never -t built "$scratch/buildah-context"
printf 'FROM localhost/busybox\nRUN exit 3\n' >"$scratch/buildah-context/Dockerfile"
says "a step that fails" 3 'exit status 3' buildah build --isolation oci --runtime "$runtime" --network none --pull=never "$scratch/buildah-context"
stop_all
