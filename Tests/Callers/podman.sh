# SPDX-License-Identifier: Apache-2.0
# podman and conmon, with the drop-in of docs/guide/containers.conf.d.
engine=podman
[ -x "$peers/usr/bin/podman" ] || { skip all "the peers have no podman: run scripts/setup --all"; return 0; }

# Without CAP_SYS_RESOURCE the limits that podman asks for by itself are refused.
sed "s|/usr/local/bin/minibox-runtime|$runtime|" docs/guide/containers.conf.d/minibox.conf >"$scratch/containers.conf"
printf '\n[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n' >>"$scratch/containers.conf"
# Nor is there a limit of processes where the cgroup v2 tree has no such controller.
grep -qw pids /sys/fs/cgroup/cgroup.controllers || echo 'pids_limit = 0' >>"$scratch/containers.conf"
storage=(--root "$scratch/podman" --runroot "$scratch/podman-run" --tmpdir "$scratch/podman-tmp" --storage-driver overlay
    --cgroup-manager cgroupfs --events-backend file --runtime minibox)
podman() { peer podman "${storage[@]}" "$@"; }
podman_run() { podman run --network none "$@"; }
podman import -c 'CMD ["sh"]' "$scratch/busybox.tar" busybox >"$scratch/out" 2>&1 ||
    { not_ok "import of an image" "$(cat "$scratch/out")"; return 0; }

says "the runtime is known" 0 "$runtime" podman info --format '{{.Host.OCIRuntime.Path}}'
gives "run" 0 "hello" podman_run --rm busybox echo hello
for code in 0 1 126 127; do gives "exit code $code" $code "" podman_run --rm busybox sh -c "exit $code"; done
# podman shows the first line of what runc says, which is a warning where the memory controller is missing.
missing='no-such-program.*executable file not found in \$PATH'
[[ $runtime == */minibox-runtime ]] || grep -qw memory /sys/fs/cgroup/cgroup.controllers || missing='a command that was not found'
says "a missing program is 127" 127 "$missing" podman_run --rm busybox no-such-program
says "a program that is no program is 126" 126 '/etc/passwd.*[Pp]ermission denied' podman_run --rm busybox /etc/passwd
gives "standard input" 0 "typed" bash -c 'echo typed | '"$(printf '%q ' "${enter[@]}" podman "${storage[@]}" run --network none --rm -i busybox cat)"
gives "terminal" 0 "/dev/pts/0" podman_run --rm -t busybox tty
says "terminal of a person" 0 "/dev/pts/0" on_terminal podman "${storage[@]}" run --network none --rm -it busybox tty
gives "user, directory, variables" 0 "1000 /tmp value" podman_run --rm -u 1000 -w /tmp -e KEY=value busybox \
    sh -c 'echo $(id -u) $(pwd) $KEY'
gives "seccomp" 0 "Seccomp:	2" podman_run --rm busybox grep ^Seccomp: /proc/self/status
gives "read-only root" 1 "" podman_run --rm --read-only busybox touch /file
gives "descriptors" 0 "kept" bash -c "echo kept >$scratch/kept; $(printf '%q ' "${enter[@]}" podman "${storage[@]}" run --network none --rm \
    --preserve-fds 1 busybox sh -c 'cat <&3') 3<$scratch/kept"
[[ $runtime != */minibox-runtime ]] || gives "without a cgroup" 0 "none" podman_run --rm --cgroups disabled busybox echo none

script='trap "echo term; exit 5" TERM; echo ready; while :; do sleep 0.1; done'
podman_run -d --name long busybox sh -c "$script" >/dev/null 2>"$scratch/out" || not_ok "run detached" "$(cat "$scratch/out")"
ready() { podman logs long | grep -q ready; }
eventually 10 ready && ok "run detached" || not_ok "run detached" "$(podman ps -a)"
gives "exec" 0 "inside" podman exec long echo inside
gives "exec is inside" 0 "sh" podman exec long cat /proc/1/comm
gives "exit code of exec" 9 "" podman exec long sh -c 'exit 9'
says "exec of a missing program" 127 'executable file not found in \$PATH' podman exec long no-such-program
says "exec on a terminal" 0 "/dev/pts/" on_terminal podman "${storage[@]}" exec -it long tty
gives "exec detached" 0 "done" bash -c "$(printf '%q ' "${enter[@]}" podman "${storage[@]}" exec -d long sh -c 'echo done >/tmp/mark') >/dev/null;
    $(printf '%q ' "${enter[@]}" podman "${storage[@]}" exec long sh -c 'until [ -s /tmp/mark ]; do sleep 0.1; done; cat /tmp/mark')"
says "top" 0 "sleep" podman top long args
gives "pause" 0 "long" podman pause long
gives "status of what is paused" 0 "paused" podman inspect -f '{{.State.Status}}' long
gives "unpause" 0 "long" podman unpause long
gives "signal" 0 "long" podman kill -s TERM long
gives "wait" 0 "5" podman wait long
gives "logs" 0 "ready
term" podman logs long
gives "start again" 0 "long" podman start long
gives "stop" 0 "long" podman stop -t 60 long
gives "exit code of what was stopped" 0 "5" podman inspect -f '{{.State.ExitCode}}' long
gives "restart" 0 "long" podman restart -t 1 long
gives "removal by force" 0 "long" podman rm -f -t 0 long
podman_run -d --name stubborn busybox sh -c 'trap "" TERM; while :; do sleep 1; done' >/dev/null 2>&1
says "stop of what ignores it" 0 "stubborn" podman stop -t 1 stubborn
gives "exit code of what was killed" 0 "137" podman inspect -f '{{.State.ExitCode}}' stubborn
podman rm stubborn >/dev/null 2>&1
exchanges docker-archive oci-archive -- podman
gives "a pod" 0 "in a pod" bash -c "$(printf '%q ' "${enter[@]}" podman "${storage[@]}" pod create --infra=false --name pod) >/dev/null &&
    $(printf '%q ' "${enter[@]}" podman "${storage[@]}" run --network none --rm --pod pod busybox echo in a pod)"
stop_all
