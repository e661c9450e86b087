# SPDX-License-Identifier: Apache-2.0
# Images that go through a registry with TLS and a password: what minibox pushes, a fresh store, podman and docker run; and
# what these push, minibox runs.
engine=registry
registry=$PWD/.build/registry/usr/bin/docker-registry
[ -x "$registry" ] || registry=/usr/bin/docker-registry
[ -x "$registry" ] || { skip all "there is no docker-registry: run scripts/setup"; return 0; }
for program in openssl curl; do
    command -v $program >/dev/null || { skip all "$program is missing: run scripts/setup --all"; return 0; }
done
place=$scratch/registry
host=localhost:5443
mkdir -p "$place/docker" "$place/context"
(
    cd "$place" || exit
    openssl req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -days 2 -subj "/CN=callers" \
        -addext basicConstraints=critical,CA:TRUE -addext keyUsage=keyCertSign,digitalSignature
    openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj "/CN=localhost"
    printf 'subjectAltName=DNS:localhost,IP:127.0.0.1\n' >server.ext
    openssl x509 -req -in server.csr -CA ca.pem -CAkey ca.key -CAcreateserial -out server.pem -days 2 -extfile server.ext
) >"$place/openssl.log" 2>&1
# The password is `geheim`, as bcrypt has it.
echo 'minibox:$2y$05$abcdefghijklmnopqrstuuVWu8RjbNovPZWAMRdd7iqaaG0mI53Uu' >"$place/htpasswd"
cat >"$place/config.yml" <<END
version: 0.1
log: {level: error, accesslog: {disabled: true}}
storage: {filesystem: {rootdirectory: $place/data}}
http: {addr: "$host", tls: {certificate: $place/server.pem, key: $place/server.key}}
auth: {htpasswd: {realm: callers, path: $place/htpasswd}}
END
"$registry" serve "$place/config.yml" >"$place/registry.log" 2>&1 &
processes+=($!)
answers() { [ "$(curl -so /dev/null -w '%{http_code}' --cacert "$place/ca.pem" "https://$host/v2/")" = 401 ]; }
eventually 30 answers || { not_ok start "$(tail -n 5 "$place/registry.log")"; return 0; }
printf '{"registries":{"%s":{"ca":"%s/ca.pem"}}}' "$host" "$place" >"$place/registries.json"

# own COMMAND...: minibox as this case has it. fresh COMMAND...: with another store, that had nothing.
own() {
    env MINIBOX_REGISTRIES="$place/registries.json" DOCKER_CONFIG="$place/docker" REGISTRY_AUTH_FILE= MINIBOX_NETWORK=none \
        "$minibox" "$@"
}
fresh() { MINIBOX_ROOT=$place/fresh own "$@"; }

own import "$scratch/busybox.tar" busybox >/dev/null
printf 'FROM busybox\nRUN echo one >/one\nRUN rm /one; echo two >/two\nCMD ["cat", "/two"]\n' >"$place/context/Dockerfile"
own build -q -t "$host/team/app:1" "$place/context" >"$scratch/out" 2>&1 || not_ok "an image to push" "$(cat "$scratch/out")"
says "a push without a password" 125 'log in first' own push "$host/team/app:1"
says "login" 0 'Login Succeeded' bash -c "echo geheim | MINIBOX_REGISTRIES=$place/registries.json DOCKER_CONFIG=$place/docker \
    REGISTRY_AUTH_FILE= '$minibox' login -u minibox --password-stdin $host"
says "push" 0 '^1: digest: sha256:' own push --progress plain "$host/team/app:1"
says "pull on a fresh store" 0 'Downloaded newer image' fresh pull --progress plain "$host/team/app:1"
gives "run there" 0 "two" fresh run --rm "$host/team/app:1"

if [ -x "$peers/usr/bin/podman" ]; then
    sed "s|/usr/local/bin/minibox-runtime|$runtime|" docs/guide/containers.conf.d/minibox.conf >"$scratch/containers.conf"
    printf '\n[containers]\ndefault_ulimits = ["nofile=1024:1024", "nproc=1024:1024"]\n' >>"$scratch/containers.conf"
    grep -qw pids /sys/fs/cgroup/cgroup.controllers || echo 'pids_limit = 0' >>"$scratch/containers.conf"
    podman() {
        peer podman --root "$place/podman" --runroot "$place/podman-run" --tmpdir "$place/podman-tmp" --storage-driver overlay \
            --cgroup-manager cgroupfs --events-backend file --runtime minibox "$@"
    }
    says "podman's login" 0 'Login Succeeded' podman login --authfile "$place/auth.json" --tls-verify=false -u minibox -p geheim "$host"
    gives "podman runs what minibox has pushed" 0 "two" podman run --authfile "$place/auth.json" --tls-verify=false --network none \
        --quiet --rm "$host/team/app:1"
    podman import -c 'CMD ["echo", "from podman"]' "$scratch/busybox.tar" "$host/team/podman:1" >"$scratch/out" 2>&1 ||
        not_ok "an image of podman's" "$(cat "$scratch/out")"
    says "podman pushes" 0 'manifest' podman push --authfile "$place/auth.json" --tls-verify=false "$host/team/podman:1"
    gives "minibox runs what podman has pushed" 0 "from podman" fresh run --rm --quiet "$host/team/podman:1"
else
    skip podman "the peers have no podman: run scripts/setup --all"
fi

if [ -x "$peers/usr/sbin/dockerd" ]; then
    docker() { peer docker "$@"; }
    mkdir -p "$place/dockerd"
    background registry-dockerd.log dockerd --data-root "$place/dockerd" --exec-root "$place/docker-exec" -p "$place/docker.pid" \
        -H "unix://$scratch/docker.sock" --add-runtime "minibox=$runtime" --iptables=false --ip6tables=false --bridge=none
    if eventually 30 docker version; then
        says "docker's login" 0 'Login Succeeded' docker login -u minibox -p geheim "$host"
        says "docker pulls what minibox has pushed" 0 'Downloaded newer image' docker pull "$host/team/app:1"
        gives "docker runs what minibox has pushed" 0 "two" docker run --runtime minibox --network none --rm "$host/team/app:1"
        docker import -c 'CMD ["echo", "from docker"]' "$scratch/busybox.tar" "$host/team/docker:1" >"$scratch/out" 2>&1 ||
            not_ok "an image of docker's" "$(cat "$scratch/out")"
        says "docker pushes" 0 'digest: sha256:' docker push "$host/team/docker:1"
        gives "minibox runs what docker has pushed" 0 "from docker" fresh run --rm --quiet "$host/team/docker:1"
    else
        not_ok "dockerd" "$(tail -n 5 "$scratch/registry-dockerd.log")"
    fi
else
    skip docker "the peers have no dockerd: run scripts/setup --all"
fi
says "both stores are whole" 0 'all is whole' own system check
says "both stores are whole" 0 'all is whole' fresh system check
stop_all
