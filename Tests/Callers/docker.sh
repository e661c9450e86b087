# SPDX-License-Identifier: Apache-2.0
# dockerd with the runtime as `--add-runtime minibox=...`, and BuildKit with it in runc's place.
engine=docker
[ -x "$peers/usr/sbin/dockerd" ] || { skip all "the peers have no dockerd: run scripts/setup --all"; return 0; }

docker() { peer docker "$@"; }
docker_run() { docker run --runtime minibox --network none "$@"; }
# BuildKit's runtime is not a setting of dockerd's; this variable is what its own tests use.
mkdir -p "$scratch/docker"
background dockerd.log env DOCKER_BUILDKIT_RUNC_COMMAND="$runtime" dockerd --data-root "$scratch/docker" \
    --exec-root "$scratch/docker-exec" -p "$scratch/docker.pid" -H "unix://$scratch/docker.sock" \
    --add-runtime "minibox=$runtime" --iptables=false --ip6tables=false --bridge=none
eventually 30 docker version || { not_ok start "$(tail -n 5 "$scratch/dockerd.log")"; return 0; }
peer docker import -c 'CMD ["sh"]' "$scratch/busybox.tar" busybox >/dev/null

says "the runtime is known" 0 'minibox' docker info --format '{{range $name, $_ := .Runtimes}}{{$name}} {{end}}'
gives "run" 0 "hello" docker_run --rm busybox echo hello
for code in 0 1 126 127; do gives "exit code $code" $code "" docker_run --rm busybox sh -c "exit $code"; done
says "a missing program is 127" 127 'exec: "no-such-program": executable file not found in \$PATH' docker_run --rm busybox no-such-program
says "a program that is no program is 126" 126 '/etc/passwd.*permission denied' docker_run --rm busybox /etc/passwd
says "a missing working directory" 127 'no such file or directory|chdir to cwd' docker_run --rm --mount type=tmpfs,dst=/w \
    --entrypoint /w/none busybox
gives "standard input" 0 "typed" bash -c 'echo typed | '"$(printf '%q ' "${enter[@]}")"' docker run --runtime minibox --network none --rm -i busybox cat'
gives "terminal" 0 "/dev/pts/0" docker_run --rm -t busybox tty
says "terminal of a person" 0 "/dev/pts/0" on_terminal docker run --runtime minibox --network none --rm -it busybox tty
gives "user, directory, variables" 0 "1000 /tmp value" docker_run --rm -u 1000 -w /tmp -e KEY=value busybox \
    sh -c 'echo $(id -u) $(pwd) $KEY'
gives "seccomp and no_new_privs" 0 "NoNewPrivs:	1
Seccomp:	2" docker_run --rm --security-opt no-new-privileges busybox grep -E '^(NoNewPrivs|Seccomp):' /proc/self/status
gives "capabilities" 0 "CapEff:	0000000000000400" docker_run --rm --cap-drop ALL --cap-add NET_BIND_SERVICE busybox grep CapEff /proc/self/status
gives "read-only root" 1 "" docker_run --rm --read-only busybox touch /file
gives "tmpfs" 0 "tmpfs" docker_run --rm --tmpfs /t busybox sh -c "grep ' /t ' /proc/mounts | cut -d' ' -f3"
gives "volume" 0 "kept" bash -c "$(printf '%q ' "${enter[@]}") docker run --runtime minibox --network none --rm -v kept:/data busybox sh -c 'echo kept >/data/file' &&
    $(printf '%q ' "${enter[@]}") docker run --runtime minibox --network none --rm -v kept:/data:ro busybox cat /data/file"
gives "privileged" 0 "Seccomp:	0" docker_run --rm --privileged busybox grep ^Seccomp: /proc/self/status
gives "init" 0 "docker-init" docker_run --rm --init busybox cat /proc/1/comm
gives "namespaces of the host" 0 "same" docker_run --rm --pid host --ipc host --uts host busybox \
    sh -c "[ \$(readlink /proc/self/ns/pid) = '$(readlink /proc/self/ns/pid)' ] && echo same"

script='trap "echo term; exit 5" TERM; echo ready; while :; do sleep 0.1; done'
docker_run -d --name long busybox sh -c "$script" >/dev/null 2>"$scratch/out" || not_ok "run detached" "$(cat "$scratch/out")"
ready() { docker logs long | grep -q ready; }
eventually 10 ready && ok "run detached" || not_ok "run detached" "$(docker ps -a)"
gives "exec" 0 "inside" docker exec long echo inside
gives "exec is inside" 0 "sh" docker exec long cat /proc/1/comm
gives "exit code of exec" 9 "" docker exec long sh -c 'exit 9'
says "exec of a missing program" 127 'executable file not found in \$PATH' docker exec long no-such-program
says "exec on a terminal" 0 "/dev/pts/" on_terminal docker exec -it long tty
gives "exec as another user" 0 "1000" docker exec -u 1000 long id -u
says "top" 0 "echo ready" docker top long
gives "pause" 0 "long" docker pause long
gives "status of what is paused" 0 "paused" docker inspect -f '{{.State.Status}}' long
gives "unpause" 0 "long" docker unpause long
gives "signal" 0 "long" docker kill -s TERM long
gives "wait" 0 "5" docker wait long
gives "logs" 0 "ready
term" docker logs long
gives "start again" 0 "long" docker start long
gives "stop" 0 "long" docker stop -t 60 long
gives "exit code of what was stopped" 0 "5" docker inspect -f '{{.State.ExitCode}}' long
gives "restart" 0 "long" docker restart -t 1 long
gives "status after restart" 0 "running" docker inspect -f '{{.State.Status}}' long
gives "removal by force" 0 "long" docker rm -f long
docker_run -d --name stubborn busybox sh -c 'trap "" TERM; while :; do sleep 1; done' >/dev/null
gives "stop of what ignores it" 0 "stubborn" docker stop -t 1 stubborn
gives "exit code of what was killed" 0 "137" docker inspect -f '{{.State.ExitCode}}' stubborn
docker rm stubborn >/dev/null
if grep -qw memory /sys/fs/cgroup/cgroup.controllers; then
    gives "limits" 0 "67108864
50" docker_run --rm --memory 64m --pids-limit 50 busybox cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/pids.max
    says "a program above its limit" 137 "" docker_run --rm --memory 16m busybox sh -c 'tail /dev/zero'
else
    skip "limits" "the cgroup v2 tree of this machine has no memory controller"
fi

exchanges docker-archive -- docker
mkdir "$scratch/build"
printf 'FROM busybox\nRUN echo built >/file && cat /proc/1/comm\nRUN --network=none id -u\n' >"$scratch/build/Dockerfile"
says "build" 0 'built|DONE' docker build --network none --no-cache -t built "$scratch/build"
gives "what was built" 0 "built" docker_run --rm built cat /file
printf 'FROM busybox\nRUN exit 3\n' >"$scratch/build/Dockerfile"
says "a step that fails" 1 'exit code: 3' docker build --network none "$scratch/build"
printf 'FROM busybox\nRUN ["no-such-program"]\n' >"$scratch/build/Dockerfile"
says "a step whose program is missing" 1 'executable file not found in \$PATH' docker build --network none "$scratch/build"
stop_all
