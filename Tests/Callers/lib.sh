# SPDX-License-Identifier: Apache-2.0
# What the scripts of the engines share: the root that they run in, and checks. A check prints `ok NAME`, `not ok NAME`
# and what came instead, or `skip NAME: why`.

failed=0
processes=()

# peer COMMAND...: a program of the peers' root, for five minutes at most: what hangs ends, and what is slow does not.
peer() { "${enter[@]}" timeout --foreground 300 "$@"; }

# on_terminal COMMAND...: the same on a terminal.
on_terminal() { script -qec "$(printf '%q ' "${enter[@]}" timeout --foreground 300 "$@")" /dev/null; }

# The folder of the toolchain that swift is in; empty where there is none.
swift=$(readlink -f "$(command -v swift)" 2>/dev/null) && swift=${swift%/usr/bin/*} || swift=

# enter_peers: makes a mount namespace whose root is the peers', with the kernel's file systems, the scratch folder at
# its own path and the Swift toolchain at /run/swift, and installs the runtime under test. No chroot(2): what enters a container's mount namespace from one comes
# out at the root of the machine, and runc and crun do.
enter_peers() {
    mkdir -p "$scratch/home" "$scratch/bin"
    cp "$(command -v busybox)" "$scratch/bin/"
    unshare --mount --propagation private bash -c '
        mount --bind "$1" "$1"
        for folder in proc sys dev; do mount --rbind "/$folder" "$1/$folder"; done
        mount -t tmpfs tmpfs "$1/run"
        mount -t tmpfs tmpfs "$1/tmp"
        mkdir -p "$1/run/minibox-tests"
        mount --bind /run/minibox-tests "$1/run/minibox-tests"
        [ -z "$3" ] || { mkdir "$1/run/swift" && mount --rbind "$3" "$1/run/swift"; }
        cd "$1"
        pivot_root . .
        # The peers have no umount.
        "$2/bin/busybox" umount -l . && : >"$2/entered"
        exec sleep infinity' bash "$peers" "$scratch" "$swift" &
    holder=$!
    for _ in $(seq 1200); do
        [ ! -e "$scratch/entered" ] || break
        sleep 0.05
    done
    [ -e "$scratch/entered" ] || die "cannot enter the peers' root"
    enter=(nsenter --mount="/proc/$holder/ns/mnt" -- /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin
        HOME="$scratch/home" LC_ALL=C TERM=xterm CONTAINERS_CONF="$scratch/containers.conf"
        DOCKER_HOST="unix://$scratch/docker.sock" DOCKER_BUILDKIT=1 BUILDKIT_PROGRESS=plain)
    install_runtime
}

# install_runtime: $runtime is a path in the peers' root from now on. A program that needs libraries, as one that is not
# of scripts/build does, has them beside it.
install_runtime() {
    local library libraries
    if [[ $runtime != /* ]]; then
        runtime=$(peer sh -c 'command -v "$0"' "$runtime") || die "the peers have no $runtime"
        return
    fi
    cp "$runtime" "$scratch/bin/minibox-runtime"
    runtime=$scratch/bin/minibox-runtime
    libraries=$(ldd "$runtime" 2>/dev/null | sed -n 's/.* => \([^ ]*\) .*/\1/p' | grep -vE '^(/usr)?/lib' || true)
    [ -n "$libraries" ] || return 0
    mkdir -p "$scratch/lib"
    for library in $libraries; do cp "$library" "$scratch/lib/"; done
    mv "$runtime" "$runtime.real"
    printf '#!/bin/sh\nLD_LIBRARY_PATH=%s exec %s "$@"\n' "$scratch/lib" "$runtime.real" >"$runtime"
    chmod 755 "$runtime"
}

# background LOG COMMAND...: starts a server; it is stopped at the end.
background() {
    local log=$1
    shift
    "${enter[@]}" "$@" >"$scratch/$log" 2>&1 &
    processes+=($!)
}

stop_all() {
    local process
    for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
    for process in "${processes[@]}"; do wait "$process" 2>/dev/null || true; done
    processes=()
}

# eventually SECONDS COMMAND...: whether it succeeds within the time, or six times as much on a busy machine. It is asked
# once more when the time is over.
eventually() {
    local end=$((SECONDS + 6 * $1)) is_over=no
    shift
    until "$@" >/dev/null 2>&1; do
        [ $is_over = no ] || return 1
        sleep 0.1
        [ $SECONDS -lt $end ] || is_over=yes
    done
}

ok() { echo "ok $engine: $1"; }
skip() { echo "skip $engine: $1: $2"; }
not_ok() {
    echo "not ok $engine: $1"
    sed 's/^/    /' <<<"$2" | head -n 20
    failed=1
}

# gives NAME CODE OUTPUT COMMAND...: the exit code and all of standard output.
gives() {
    local name=$1 code=$2 output=$3 status=0 told
    shift 3
    told=$("$@" 2>"$scratch/errors" </dev/null | tr -d '\r\000'; exit "${PIPESTATUS[0]}") || status=$?
    # The pipes are between the program and the engine, and no runtime carries what is in them: an engine that has lost all that
    # a program wrote which ended as it should is asked again, once. On a busy machine docker 28 with runc lost it in 1 of 569
    # runs.
    if [ $status = "$code" ] && [ -z "$told" ] && [ -n "$output" ]; then
        echo "# $name: the engine shows nothing of what was written; again"
        told=$("$@" 2>"$scratch/errors" </dev/null | tr -d '\r\000'; exit "${PIPESTATUS[0]}") || status=$?
    fi
    if [ $status = "$code" ] && [ "$told" = "$output" ]; then
        ok "$name"
    else
        not_ok "$name" "$(printf 'exit %s, wanted %s\noutput: %s\nwanted: %s\nerrors: %s' \
            $status "$code" "$told" "$output" "$(tail -n 5 "$scratch/errors")")"
    fi
}

# says NAME CODE PATTERN COMMAND...: the exit code, and a line of output or errors that an extended expression finds.
says() {
    local name=$1 code=$2 pattern=$3 status=0 told
    shift 3
    told=$("$@" 2>&1 </dev/null | tr -d '\000'; exit "${PIPESTATUS[0]}") || status=$?
    # As in gives: podman 5 with runc lost it in 1 of 93 runs on a terminal.
    if [ $status = "$code" ] && [ -z "$told" ]; then
        echo "# $name: the engine shows nothing of what was written; again"
        told=$("$@" 2>&1 </dev/null | tr -d '\000'; exit "${PIPESTATUS[0]}") || status=$?
    fi
    if [ $status = "$code" ] && grep -qE -- "$pattern" <<<"$told"; then
        ok "$name"
    else
        not_ok "$name" "$(printf 'exit %s, wanted %s, and the words %s\n%s' $status "$code" "$pattern" "$told")"
    fi
}

# exchanges FORMAT [FORMAT...] -- COMMAND...: an image goes from minibox to the engine, whose command line COMMAND is, in
# each form that `save` writes, and comes back in docker's; it is the same image, and runs.
exchanges() {
    local formats=() format id
    while [ "$1" != -- ]; do formats+=("$1"); shift; done
    shift
    if ! "$minibox" image inspect -f '{{.Id}}' exchanged:1 >"$scratch/id" 2>/dev/null; then
        "$minibox" import "$scratch/busybox.tar" busybox >/dev/null
        mkdir -p "$scratch/exchange"
        printf 'FROM busybox\nRUN echo one >/one; ln -s one /link\nRUN rm /one; echo two >/two; chmod 4711 /two\nCMD ["cat", "/two"]\n' \
            >"$scratch/exchange/Dockerfile"
        "$minibox" build -q -t exchanged:1 "$scratch/exchange" >"$scratch/out" 2>&1 ||
            { not_ok "an image to exchange" "$(tail -n 5 "$scratch/out")"; return; }
        "$minibox" image inspect -f '{{.Id}}' exchanged:1 >"$scratch/id"
    fi
    id=$(cat "$scratch/id")
    for format in "${formats[@]}"; do
        rm -rf "$scratch/exchanged"
        "$minibox" save --format "$format" -o "$scratch/exchanged" exchanged:1 || not_ok "save as $format" "exit $?"
        says "reads what minibox saves as $format" 0 'exchanged:1|sha256' "$@" load -i "$scratch/exchanged"
        says "it is the same image" 0 "^(sha256:)?${id#sha256:}" "$@" image inspect -f '{{.Id}}' exchanged:1
        gives "what is in it" 0 "two
4711" "$@" run --rm --network none exchanged:1 sh -c 'cat /two; stat -c %a /two; cat /link 2>/dev/null || true'
        rm -rf "$scratch/exchanged"
        "$@" save -o "$scratch/exchanged" exchanged:1 >"$scratch/out" 2>&1 || not_ok "save" "$(cat "$scratch/out")"
        "$@" rmi -f exchanged:1 >/dev/null 2>&1
        "$minibox" rmi exchanged:1 >/dev/null
        says "minibox reads what it saves" 0 'Loaded image: exchanged:1' "$minibox" load -i "$scratch/exchanged"
        gives "it is the same image again" 0 "$id" "$minibox" image inspect -f '{{.Id}}' exchanged:1
        gives "and runs" 0 "two" "$minibox" run --rm --network none exchanged:1
    done
}
