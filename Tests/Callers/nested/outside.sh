# SPDX-License-Identifier: Apache-2.0
# What the scripts share that put minibox into a container of another engine. Each of them has two functions:
#   outer FLAGS... -- LINE     runs a line of the shell in a Debian container that sees /nested, to its end
#   engine COMMAND...          the engine itself: its flags and commands are docker's

# nested_folder: what an outer container sees at /nested.
nested_folder() {
    nested=$scratch/nested
    [ ! -e "$nested" ] || return 0
    mkdir "$nested"
    cp "$minibox" "$(dirname "$minibox")/minibox-init" Tests/Callers/nested/*.sh "$scratch/busybox.tar" "$nested"
}

# relays COMMAND...: prints the checks of a script inside, with the name of the engine, and fails where one did or where it
# did not come to its end.
relays() {
    local line ended=no
    while IFS= read -r line; do
        case $line in
            'ok '*) echo "ok $engine: ${line#ok }" ;;
            'skip '*) echo "skip $engine: ${line#skip }" ;;
            'not ok '*) echo "not ok $engine: ${line#not ok }"; failed=1 ;;
            'end of level 1') ended=yes ;;
            'end of level '*) ;;
            *) echo "    $line" ;;
        esac
    done < <("$@" 2>&1 </dev/null)
    [ $ended = yes ] || not_ok "the checks come to their end" "they did not: see above"
}

# nested_checks UNMASKED: all of it. UNMASKED is the engine's flag for a /proc that is not masked.
nested_checks() {
    local import='minibox import /nested/busybox.tar busybox >/dev/null' run='minibox run --rm busybox echo hello'
    local rights=(--cap-add ALL --security-opt seccomp=unconfined) store=(-v "$engine:/var/lib/minibox")

    relays outer --privileged -- 'sh /nested/inside.sh 2'

    says "no rights: the flag is named" 125 'start the outer container with --privileged$' outer -- "$run"
    says "no rights, a store on a volume: the flag is named" 125 \
        'this process has no .*CAP_SYS_ADMIN.*: start the outer container with --privileged' \
        outer "${store[@]}" -- "$import && $run"
    says "no rights: doctor names the flags" 1 'remedy: .*--privileged.*--cap-add' outer -- 'minibox doctor'
    says "a masked /proc: doctor names the flag" 1 'remedy: give the outer container --privileged, or --security-opt systempaths=unconfined .docker. or unmask=ALL .podman.' \
        outer "${rights[@]}" -- 'minibox doctor'
    says "a masked /proc: the flag is named" 125 'of its /proc are masked or read-only: start the outer container with --privileged' \
        outer "${rights[@]}" "${store[@]}" -- "$import && $run"
    # shellcheck disable=SC2086
    says "rights and a whole /proc are enough" 0 '^hello$' outer "${rights[@]}" $1 "${store[@]}" -- "$import && $run"
    says "no volume: doctor names the flag" 0 'remedy: start the outer container with a volume there: -v /var/lib/minibox' \
        outer --privileged -- 'minibox doctor'
    gives "a store on a volume is no image" 0 "hello" \
        outer --privileged "${store[@]}" -- "$import; $run; [ ! -e /var/lib/minibox/store.ext4 ]"
    gives "no nodes of loop devices" 0 "hello" outer --privileged -- "rm -f /dev/loop*; $import; $run"

    says "the cgroups of the host: containers stay in the outer one's" 0 '^yes$' outer --privileged --cgroupns host -- "$import
        own=\$(sed -n 's/^0:://p' /proc/self/cgroup)
        minibox run -d busybox sleep 100 >/dev/null
        grep -q \"^0::\$own/minibox/\" /proc/\$(pidof sleep)/cgroup && echo yes
        minibox rm -f \$(minibox ps -q) >/dev/null"
    gives "read-only cgroups: one warning" 0 "hello
1" outer --privileged -v /sys/fs/cgroup:/sys/fs/cgroup:ro -- "$import; $run 2>/tmp/errors; grep -c . /tmp/errors"
    says "read-only cgroups: a limit is refused" 125 'cannot set memory.max: no cgroup v2 tree.*--privileged' \
        outer --privileged -v /sys/fs/cgroup:/sys/fs/cgroup:ro -- "$import; minibox run --rm -m 64m busybox true"
    says "read-only cgroups: doctor names the flag" 0 'remedy: .*--cgroupns private, and no read-only /sys/fs/cgroup' \
        outer --privileged -v /sys/fs/cgroup:/sys/fs/cgroup:ro -- 'minibox doctor'
    killed_job
}

# killed_job: a job that is killed, whose store and run directory the next one has as well; and one that is started again.
killed_job() {
    local volumes=(-v "$engine-job:/var/lib/minibox" -v "$engine-run:/run/minibox")
    local begin='minibox import /nested/busybox.tar busybox >/dev/null; minibox run -d --name kept busybox sh -c "echo kept >/file; exec sleep 1000"
        minibox run -d --rm --name gone busybox sleep 1000; touch /begun; exec sleep 1000'
    engine run -d --name job --privileged --network none -v "$nested:/nested:ro" "${volumes[@]}" debian \
        sh -c "PATH=/nested:\$PATH; $begin" >/dev/null 2>"$scratch/errors"
    eventually 20 engine exec job test -e /begun || not_ok "a job begins" "$(cat "$scratch/errors"; engine logs job 2>&1)"
    engine kill job >/dev/null 2>&1
    engine rm -f job >/dev/null 2>&1
    gives "after a job that was killed: what it kept has ended" 0 "kept Exited (137)" \
        outer --privileged "${volumes[@]}" -- "minibox ps -a --format '{{.Names}} {{.Status}}' | sed 's/) .*/)/'"
    gives "after a job that was killed: no ids are taken, and nothing runs" 0 "" \
        outer --privileged "${volumes[@]}" -- "ls /run/minibox/ids /run/minibox/containers | grep -v :"
    gives "after a job that was killed: its files are there" 0 "kept
kept" outer --privileged "${volumes[@]}" -- 'minibox start kept && minibox exec kept cat /file; minibox rm -f kept >/dev/null'

    engine run -d --name job --privileged --network none -v "$nested:/nested:ro" debian \
        sh -c "PATH=/nested:\$PATH; [ ! -e /begun ] || exec sleep 1000; $begin" >/dev/null 2>"$scratch/errors"
    eventually 20 engine exec job test -e /begun || not_ok "a job begins" "$(cat "$scratch/errors"; engine logs job 2>&1)"
    engine restart -t 0 job >/dev/null 2>&1
    gives "after a restart of the outer container: what was kept has ended" 0 "kept Exited (137)" engine exec job sh -c \
        "/nested/minibox ps -a --format '{{.Names}} {{.Status}}' | sed 's/) .*/)/'"
    gives "after a restart of the outer container: its files are there" 0 "kept
kept" engine exec job sh -c '/nested/minibox start kept && /nested/minibox exec kept cat /file'
    engine rm -f job >/dev/null 2>&1
    gives "no loop device is left" 0 "" sh -c "grep -l '/store.ext4' /sys/block/loop*/loop/backing_file 2>/dev/null; true"
}
