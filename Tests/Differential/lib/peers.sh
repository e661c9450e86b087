# SPDX-License-Identifier: Apache-2.0
# Docker and buildah, in a root of their own, and the servers that ADD and the contexts read from.

background=0
# What a case has in the environment.
variables=()
processes=()

# peer COMMAND...: a program of the peers' root. The scratch folder has the same path there.
peer() {
    chroot "$peers" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME="$scratch/home" LC_ALL=C \
        DOCKER_HOST="unix://$scratch/docker.sock" DOCKER_BUILDKIT=1 BUILDKIT_PROGRESS=plain \
        CONTAINERS_CONF="$scratch/containers.conf" ${SSH_AUTH_SOCK:+SSH_AUTH_SOCK="$SSH_AUTH_SOCK"} \
        "${variables[@]}" "$@"
}

buildah() { peer buildah --root "$scratch/buildah" --runroot "$scratch/buildah-run" --storage-driver overlay "$@"; }

start_peers() {
    local folder image container
    # A mount point of its own, as runc wants the root to be.
    mount --bind "$peers" "$peers"
    for folder in proc sys dev; do mount --rbind "/$folder" "$peers/$folder"; done
    mount -t tmpfs tmpfs "$peers/run"
    mount -t tmpfs tmpfs "$peers/tmp"
    mkdir -p "$peers/run/minibox-tests" "$scratch/home"
    mount --bind /run/minibox-tests "$peers/run/minibox-tests"
    # What they keep is not for long: in memory, where they may sync as often as they like.
    if [ "${peers_in_memory-yes}" = yes ]; then
        mkdir -p "$scratch/docker" "$scratch/buildah"
        mount -t tmpfs -o mode=700 tmpfs "$peers$scratch/docker"
        mount -t tmpfs -o mode=700 tmpfs "$peers$scratch/buildah"
    fi
    # Without CAP_SYS_RESOURCE the limits that buildah asks for by itself are refused.
    printf '[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n' >"$scratch/containers.conf"

    peer dockerd --data-root "$scratch/docker" --exec-root "$scratch/docker-exec" -p "$scratch/docker.pid" \
        -H "unix://$scratch/docker.sock" "${dockerd_flags[@]}" --iptables=false --ip6tables=false --bridge=none >"$scratch/dockerd.log" 2>&1 &
    processes+=($!)
    background=$((background + 1))
    for _ in $(seq 1000); do
        ! peer docker version >/dev/null 2>&1 || break
        sleep 0.2
    done
    peer docker version >/dev/null 2>&1 || die "dockerd did not start: $(tail -n 1 "$scratch/dockerd.log")"
    for image in "${images[@]}"; do
        peer docker import - "$image" <"$fixtures/$image.tar" >/dev/null
        cp "$fixtures/$image.tar" "$scratch/import.tar"
        container=$(buildah from scratch)
        buildah add -q "$container" "$scratch/import.tar" / >/dev/null
        buildah commit -q --rm "$container" "$image" >/dev/null
    done
    rm "$scratch/import.tar"
    docker_version=$(peer docker version --format '{{.Server.Version}}')
    buildah_version=$(buildah --version | awk '{ print $3 }')
}

# What the cases read over the network of the test host: files at http://127.0.0.1:8080, repositories at
# git://127.0.0.1, an agent.
start_servers() {
    export HOME=$scratch/home GIT_CONFIG_NOSYSTEM=1
    mkdir -p "$HOME" "$scratch/http" "$scratch/git"
    printf 'served\n' >"$scratch/http/file.txt"
    mkdir "$scratch/packed"
    printf 'in the archive\n' >"$scratch/packed/member"
    chmod 640 "$scratch/packed/member"
    tar -czf "$scratch/http/archive.tar.gz" --numeric-owner --owner=7 --group=8 --mtime=@1000000000 -C "$scratch/packed" .
    mkdir "$scratch/http/folder"
    printf 'listed\n' | tee "$scratch/http/a b" "$scratch/http/index.html" >"$scratch/http/folder/index.html"
    find "$scratch/http" -exec touch -d @1000000000 {} +
    busybox httpd -f -p 127.0.0.1:8080 -h "$scratch/http" &
    processes+=($!)
    background=$((background + 1))

    repository "$scratch/git/project.git"
    git daemon --base-path="$scratch/git" --export-all --listen=127.0.0.1 --reuseaddr >/dev/null 2>&1 &
    processes+=($!)
    background=$((background + 1))
    eval "$(ssh-agent -s -a "$scratch/agent.sock")" >/dev/null
    processes+=("$SSH_AGENT_PID")
    for _ in $(seq 1000); do
        ! busybox nc -z 127.0.0.1 9418 2>/dev/null || ! busybox nc -z 127.0.0.1 8080 2>/dev/null || break
        sleep 0.1
    done
}

# repository FOLDER: two commits, a tag, a branch, a folder below; the same ids each time.
repository() {
    local work=$scratch/repository
    (
        export GIT_AUTHOR_NAME=a GIT_AUTHOR_EMAIL=a@localhost GIT_AUTHOR_DATE='1000000000 +0000'
        export GIT_COMMITTER_NAME=a GIT_COMMITTER_EMAIL=a@localhost GIT_COMMITTER_DATE='1000000000 +0000'
        git init -q -b main "$work"
        cd "$work"
        mkdir below
        printf 'first\n' >file
        printf '#!/bin/sh\necho run\n' >program
        chmod 755 program
        printf 'FROM busybox\nCOPY file /from-git\n' >Dockerfile
        printf 'FROM busybox\nCOPY . /below\n' >below/Dockerfile
        printf 'below\n' >below/leaf
        ln -s file link
        git add -A
        git commit -q -m first
        git tag v1
        printf 'second\n' >file
        git commit -q -a -m second
        git checkout -q -b other
        printf 'other\n' >file
        git commit -q -a -m other
        git checkout -q main
    )
    git clone -q --bare "$work" "$1"
    git -C "$1" update-server-info
}

stop_all() {
    local process
    for process in "${processes[@]}"; do kill "$process" 2>/dev/null || true; done
}
