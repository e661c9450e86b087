# SPDX-License-Identifier: Apache-2.0
# containerd, its shim and ctr, with the runtime as BinaryName of io.containerd.runc.v2.
engine=containerd
for program in containerd ctr containerd-shim-runc-v2; do
    [ -x "$peers/usr/bin/$program" ] || { skip all "the peers have no $program: run scripts/setup --all"; return 0; }
done

mkdir -p "$scratch/containerd"
cat >"$scratch/containerd/config.toml" <<FILE
version = 3
root = "$scratch/containerd/root"
state = "$scratch/containerd/state"
disabled_plugins = ["io.containerd.cri.v1.images", "io.containerd.cri.v1.runtime", "io.containerd.grpc.v1.cri"]
[grpc]
  address = "$scratch/containerd/socket"
[ttrpc]
  address = "$scratch/containerd/socket.ttrpc"
FILE
ctr() { peer ctr --address "$scratch/containerd/socket" "$@"; }
# runc refuses a share of the processor where that controller is missing, even the share that everybody has.
shares=()
[[ $runtime == */minibox-runtime ]] || grep -qw cpu /sys/fs/cgroup/cgroup.controllers || shares=(--cpu-shares 0)
# ctr_run FLAGS... IMAGE ID WORDS...
ctr_run() { ctr run --runc-binary "$runtime" "${shares[@]}" "$@"; }
image=docker.io/library/busybox:latest

background containerd.log containerd --config "$scratch/containerd/config.toml"
eventually 20 ctr version || { not_ok start "$(tail -n 5 "$scratch/containerd.log")"; return 0; }
ctr images import --index-name "$image" "$scratch/busybox-oci.tar" >"$scratch/out" 2>&1 ||
    { not_ok "import of an image" "$(cat "$scratch/out")"; return 0; }

gives "run" 0 "hello" ctr_run --rm "$image" one echo hello
for code in 0 1 126 127; do gives "exit code $code" $code "" ctr_run --rm "$image" "code$code" sh -c "exit $code"; done
gives "exit code of a killed program" 137 "" ctr_run --rm "$image" killed sh -c 'sh -c "kill -KILL \$\$"; exit $?'
says "a missing program" 1 'exec: \\?"no-such-program\\?": executable file not found in \$PATH' \
    ctr_run --rm "$image" missing no-such-program
says "a missing source of a mount" 1 '/no/such/source.*[Nn]o such file or directory|[Nn]o such file or directory.*/no/such/source' \
    ctr_run --rm --mount type=bind,src=/no/such/source,dst=/data,options=rbind:ro "$image" mount true
gives "nothing is left of what failed" 0 "" ctr tasks list -q
says "terminal" 0 "/dev/pts/0" on_terminal ctr --address "$scratch/containerd/socket" run --runc-binary "$runtime" \
    "${shares[@]}" --rm -t "$image" terminal tty
gives "read-only root" 1 "" ctr_run --rm --read-only "$image" readonly touch /file
gives "seccomp" 0 "Seccomp:	2" ctr_run --rm --seccomp "$image" seccomp grep Seccomp: /proc/self/status

ctr_run -d "$image" long sh -c 'trap "exit 5" TERM; echo ready; while :; do sleep 0.1; done' >"$scratch/out" 2>&1 ||
    not_ok "run detached" "$(cat "$scratch/out")"
running() { ctr tasks list | grep -qE "^$1 .*$2"; }
eventually 10 running long RUNNING && ok "run detached" || not_ok "run detached" "$(ctr tasks list)"
gives "exec" 0 "inside" ctr tasks exec --exec-id e1 long echo inside
gives "exec is inside" 0 "sh" ctr tasks exec --exec-id e0 long cat /proc/1/comm
gives "exit code of exec" 9 "" ctr tasks exec --exec-id e2 long sh -c 'exit 9'
says "exec of a missing program" 1 'executable file not found in \$PATH' ctr tasks exec --exec-id e3 long no-such-program
says "exec on a terminal" 0 "/dev/pts/" on_terminal ctr --address "$scratch/containerd/socket" tasks exec -t --exec-id e4 \
    long tty
says "processes" 0 '^[0-9]+ ' ctr tasks ps long
ctr tasks pause long && eventually 5 running long PAUSED && ok "pause" || not_ok "pause" "$(ctr tasks list)"
ctr tasks resume long && eventually 5 running long RUNNING && ok "resume" || not_ok "resume" "$(ctr tasks list)"
ctr tasks kill -s TERM long && eventually 10 running long STOPPED && ok "kill" || not_ok "kill" "$(ctr tasks list)"
says "exit code after kill" 0 "exit code 5" ctr tasks delete long
gives "deletion" 0 "" ctr containers delete long

ctr_run -d "$image" stuck sleep 1000 >/dev/null 2>&1
gives "kill by force" 0 "" ctr tasks delete --force stuck
gives "deletion by force" 0 "" ctr containers delete stuck
gives "no state is left" 0 "" sh -c "ls '$scratch/containerd/state/io.containerd.runtime.v2.task/default' 2>/dev/null"
stop_all
