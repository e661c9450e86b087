# SPDX-License-Identifier: Apache-2.0
# Images that go out to real programs and come from them: skopeo, umoci, podman, docker and docker 20.10. An image whose
# files have all that a layer can say is packed by hand; each program's tree of it is compared with what was packed, name
# by name: kind, mode, owner, time, length, device, link, hard links, contents, attributes.
engine=archives
for program in skopeo umoci setcap setfattr getfattr jq zstd; do
    command -v $program >/dev/null || { skip all "$program is missing: run scripts/setup --all"; return 0; }
done
place=$scratch/archives
mkdir -p "$place"
[ -e "$scratch/containers.conf" ] || : >"$scratch/containers.conf"

# facts FOLDER [ATTRIBUTES]: what is in its folder t, sorted; ATTRIBUTES is an expression of the names of attributes.
facts() {
    (
        cd "$1" 2>/dev/null || exit
        find t -exec stat -c '%n|%f|%u:%g|%Y|%t:%T|%s|%N' {} + | sed -E 's/^([^|]*\|4[^|]*\|[^|]*\|[^|]*\|[^|]*\|)[0-9]*/\1-/' | sort
        find t -type f -exec sha256sum {} + | sort -k 2
        find t -links +1 ! -type d -printf '%i %p\n' | sort -k 2 |
            awk '{ name = substr($0, length($1) + 2); if ($1 in first) print "link", first[$1], name; else first[$1] = name }'
        find t | sort | tr '\n' '\0' | xargs -0 getfattr -h -d -e hex -m "${2:-^user[.]|^security[.]capability$}"
    )
}

# same NAME FOLDER [ATTRIBUTES]: whether its tree is the one that was packed.
same() {
    local difference
    if difference=$(diff <(facts "$place/whole" "${3-}") <(facts "$2" "${3-}")); then
        ok "$1"
    else
        not_ok "$1" "$(echo "< what was packed, > what came"; echo "$difference")"
    fi
}

# A layer of all kinds of files; one that changes, hides and replaces some of them; one that is there twice.
pack_tree() {
    local whole=$place/whole first=$place/first second=$place/second third=$place/third
    local long=$(printf 'long-name-%.0s' $(seq 24)) stamp
    mkdir -p "$whole/t"/{folder,opaque/below,gone/deep,was-folder,sticky,"with space"} "$second/t"/{opaque,was-file,folder} "$third/t"
    (
        cd "$whole/t" || exit
        echo one >file; echo two >removed; echo three >was-file; echo four >opaque/hidden; echo five >gone/deep/file
        echo six >was-folder/file; echo seven >folder/kept; echo eight >folder/removed; : >empty
        echo nine >"with space/ä ö"; echo ten >"$long"; mkdir -p "deep/$long"; echo eleven >"deep/$long/$long"
        ln file hard; ln file folder/hard; ln -s file link; ln -s /t/none absolute; ln -s "$long$long" far
        mknod null c 1 3; mknod disk b 8 1; mknod large c 300 70000; mkfifo pipe
        head -c 3000000 /dev/zero | tr '\0' x >large-file; truncate -s 1M holes; echo end >>holes
        cp "$(command -v busybox)" program; cp program set; setcap cap_net_raw+ep program
        setfattr -n user.note -v remark file; setfattr -n user.bytes -v 0x00ff0a folder
        chown 1000:1001 folder "with space/ä ö" link pipe; chown -h 5:6 absolute; chown 100000:200000 empty
        chmod 4755 set; chmod 1777 sticky; chmod 0 empty; chmod 2750 folder; chmod 640 file
        # Hours apart, before 1970 is nobody's business here.
        stamp=1000000000
        find . -depth | sort -r | while read -r name; do
            touch -h -d "@$stamp" "$name"; stamp=$((stamp + 3601))
        done
    )
    cp -a "$whole" "$first"
    (
        cd "$second/t" || exit
        : >.wh.removed; : >.wh.gone; : >folder/.wh.removed; : >opaque/.wh..wh..opq; echo new >opaque/new
        echo now >was-folder; echo inside >was-file/inside; echo other >hard
        chown 1000:1001 folder; chmod 2750 folder; setfattr -n user.bytes -v 0x00ff0a folder
        find . -depth -exec touch -h -d @1500000000 {} \;
    )
    (cd "$third/t" && echo again >again && touch -d @1600000000 again .)
    (
        cd "$whole/t" || exit
        rm -r removed gone folder/removed opaque/* was-folder was-file hard
        mkdir was-file; cp -a "$second"/t/{was-folder,hard} .; cp -a "$second/t/was-file/." was-file; cp -a "$second/t/opaque/new" opaque/
        cp -a "$third/t/again" .; touch -d @1500000000 opaque folder was-file; touch -d @1600000000 .
    )
    local layer
    for layer in first second third; do
        tar --format=posix --pax-option=delete=atime,delete=ctime --numeric-owner --sort=name --xattrs --xattrs-include='user.*' \
            --xattrs-include=security.capability -C "$place/$layer" -cf "$place/$layer.tar" t
    done
}

# An archive as docker wrote it once, with a link where a layer is there twice; and one as kaniko does.
pack_archives() {
    local old=$place/old flat=$place/flat layer id
    mkdir -p "$old"/{1,2,3,4} "$flat"
    jq -n --arg one "$(sha256sum <"$place/first.tar" | cut -c-64)" --arg two "$(sha256sum <"$place/second.tar" | cut -c-64)" \
        --arg three "$(sha256sum <"$place/third.tar" | cut -c-64)" '{created: "2026-01-02T03:04:05Z", architecture: "amd64", os: "linux",
            config: {Cmd: ["/t/program"], Env: ["PATH=/bin"], Labels: {a: "b"}},
            history: [range(4) | {created: "2026-01-02T03:04:05Z", created_by: "layer \(.)"}],
            rootfs: {type: "layers", diff_ids: (["sha256:" + $one, "sha256:" + $two] + [range(2) | "sha256:" + $three])}}' >"$place/config"
    id=$(sha256sum <"$place/config" | cut -c-64)
    cp "$place/config" "$old/$id.json"
    cp "$place/first.tar" "$old/1/layer.tar"; cp "$place/second.tar" "$old/2/layer.tar"; cp "$place/third.tar" "$old/3/layer.tar"
    ln -s ../3/layer.tar "$old/4/layer.tar"
    for layer in 1 2 3 4; do echo 1.0 >"$old/$layer/VERSION"; echo '{}' >"$old/$layer/json"; done
    printf '[{"Config":"%s.json","RepoTags":["tree:1"],"Layers":["1/layer.tar","2/layer.tar","3/layer.tar","4/layer.tar"]}]' "$id" >"$old/manifest.json"
    (cd "$old" && tar -cf ../old.tar -- *)
    cp "$place/config" "$flat/sha256:$id"
    for layer in first second third; do gzip -n <"$place/$layer.tar" >"$flat/$layer.tar.gz"; done
    ln -s third.tar.gz "$flat/fourth.tar.gz"
    printf '[{"Config":"sha256:%s","RepoTags":["tree:1"],"Layers":["first.tar.gz","second.tar.gz","third.tar.gz","fourth.tar.gz"]}]' "$id" >"$flat/manifest.json"
    (cd "$flat" && tar -cf ../flat.tar -- *)
    image=sha256:$id
}

# unpacked ARCHIVE: its files, in $place/out.
unpacked() {
    rm -rf "$place/out"
    mkdir "$place/out"
    tar --xattrs --xattrs-include='*' --numeric-owner -C "$place/out" -xpf "$1" t
}

# loads NAME PATH [ID]: minibox reads it; its tree, and its id.
loads() {
    local told
    "$minibox" rmi -f tree:1 >/dev/null 2>&1
    told=$("$minibox" load -q --layer-limit devices=2 -i "$2" 2>&1) || { not_ok "minibox reads what $1" "$told"; return; }
    # Some write no name that is more than a tag.
    [ "$told" = "Loaded image: tree:1" ] || "$minibox" tag "${told#Loaded image ID: }" tree:1
    "$minibox" create --name tree-box tree:1 >/dev/null
    "$minibox" export tree-box >"$place/export.tar" && unpacked "$place/export.tar"
    "$minibox" rm tree-box >/dev/null
    same "minibox reads what $1" "$place/out"
    [ -n "${3-}" ] || gives "minibox reads what $1, and it is the same image" 0 "$image" "$minibox" image inspect -f '{{.Id}}' tree:1
}

copy() { skopeo --insecure-policy --tmpdir "$place" copy -q "$@" >"$scratch/out" 2>&1; }

# unpacks NAME LAYOUT:TAG: umoci's tree of it.
unpacks() {
    rm -rf "$place/bundle"
    if umoci unpack --image "$2" "$place/bundle" >"$scratch/out" 2>&1; then
        same "$1" "$place/bundle/rootfs"
    else
        not_ok "$1" "$(tail -n 3 "$scratch/out")"
    fi
}

with_skopeo_and_umoci() {
    local format compression source
    while read -r format compression source; do
        rm -rf "$place/saved" "$place/layout"
        "$minibox" save --format "$format" --compress "$compression" -o "$place/saved" tree:1 || not_ok "save $format" "exit $?"
        if copy "$source" "oci:$place/layout:it"; then
            unpacks "skopeo and umoci read $format with $compression" "$place/layout:it"
        else
            not_ok "skopeo reads $format with $compression" "$(tail -n 3 "$scratch/out")"
        fi
    done <<END
docker-archive none docker-archive:$place/saved:tree:1
docker-archive gzip docker-archive:$place/saved:tree:1
oci-archive gzip oci-archive:$place/saved
oci-dir none oci:$place/saved
END
    # Every digest of zstd's is looked at; umoci knows none of it.
    rm -rf "$place/saved" "$place/layout"
    "$minibox" save --format oci-archive --compress zstd -o "$place/saved" tree:1
    copy "oci-archive:$place/saved" "oci:$place/layout:it" && ok "skopeo copies zstd" || not_ok "skopeo copies zstd" "$(tail -n 3 "$scratch/out")"
    loads "skopeo wrote of zstd" "$place/layout"
    rm -rf "$place/saved"
    "$minibox" save --format oci-dir --compress gzip -o "$place/saved" tree:1
    # The first colon ends the path for umoci, and the name has another: by skopeo's copy it has a tag.
    rm -rf "$place/layout"
    copy "oci:$place/saved" "oci:$place/layout:it"
    umoci stat --image "$place/layout:it" >"$scratch/out" 2>&1 && ok "umoci shows the layers" || not_ok "umoci shows the layers" "$(tail -n 3 "$scratch/out")"
    local kind
    for kind in docker-archive:$place/other:tree:1 oci-archive:$place/other:tree:1 oci:$place/other:tree:1; do
        rm -rf "$place/other"
        copy "oci:$place/layout:it" "$kind" || not_ok "skopeo writes ${kind%%:*}" "$(tail -n 3 "$scratch/out")"
        loads "skopeo writes as ${kind%%:*}" "$place/other"
    done
    for packer in gzip zstd xz bzip2; do
        command -v $packer >/dev/null || continue
        $packer -c <"$place/old.tar" >"$place/other.packed"
        loads "docker wrote, packed with $packer" "$place/other.packed"
    done
    # What umoci makes of the unpacked tree is another image with the same files.
    unpacks "umoci unpacks what minibox saves" "$place/layout:it"
    umoci repack --image "$place/layout:again" "$place/bundle" >"$scratch/out" 2>&1 || not_ok "umoci packs" "$(tail -n 3 "$scratch/out")"
    rm -rf "$place/other"
    copy "oci:$place/layout:again" "oci:$place/other:again"
    loads "umoci packs" "$place/other" other
}

with_podman() {
    local storage=(--root "$scratch/podman" --runroot "$scratch/podman-run" --tmpdir "$scratch/podman-tmp" --storage-driver overlay
        --cgroup-manager cgroupfs --events-backend file) format compression path
    [ -x "$peers/usr/bin/podman" ] || { skip podman "the peers have none"; return; }
    while read -r format compression; do
        rm -rf "$place/saved"
        "$minibox" save --format "$format" --compress "$compression" -o "$place/saved" tree:1
        if peer podman "${storage[@]}" load -q -i "$place/saved" >"$scratch/out" 2>&1 &&
            path=$(peer podman "${storage[@]}" image mount "${image#sha256:}" 2>"$scratch/out"); then
            same "podman reads $format with $compression" "/proc/$holder/root/$path"
            peer podman "${storage[@]}" image unmount "${image#sha256:}" >/dev/null
        else
            not_ok "podman reads $format with $compression" "$(tail -n 3 "$scratch/out")"
        fi
        peer podman "${storage[@]}" rmi -af >/dev/null 2>&1
    done <<END
docker-archive none
oci-archive gzip
oci-archive zstd
oci-dir zstd
docker-archive gzip
END
    peer podman "${storage[@]}" load -q -i "$place/saved" >/dev/null 2>&1
    for format in docker-archive oci-archive oci-dir docker-dir; do
        rm -rf "$place/other"
        peer podman "${storage[@]}" save -q --format "$format" -o "$place/other" tree:1 >"$scratch/out" 2>&1 ||
            not_ok "podman saves $format" "$(tail -n 3 "$scratch/out")"
        # skopeo's own kind of a directory is read by skopeo and podman alone.
        if [ $format = docker-dir ]; then
            rm -rf "$place/layout"
            copy "dir:$place/other" "oci:$place/layout:tree:1" && loads "podman saves as $format, by skopeo" "$place/layout" other
        else
            loads "podman saves as $format" "$place/other"
        fi
    done
}

# with_docker NAME COMMAND...: the engine behind that command line. It exports no user.* attributes, and stores them.
with_docker() {
    local name=$1 format compression
    shift
    while read -r format compression; do
        rm -rf "$place/saved"
        "$minibox" save --format "$format" --compress "$compression" -o "$place/saved" tree:1
        if "$@" load -q -i "$place/saved" >"$scratch/out" 2>&1 && "$@" create --name tree-box tree:1 /t/program >"$scratch/out" 2>&1; then
            "$@" export tree-box >"$place/export.tar" && unpacked "$place/export.tar"
            "$@" rm tree-box >/dev/null
            same "$name reads $format with $compression" "$place/out" '^security[.]capability$'
            gives "$name has the same image" 0 "$image" "$@" image inspect -f '{{.Id}}' tree:1
            rm -rf "$place/other"
            "$@" save tree:1 >"$place/other" 2>"$scratch/out" || not_ok "$name saves" "$(tail -n 3 "$scratch/out")"
            "$@" rmi -f tree:1 >/dev/null
            loads "$name saves" "$place/other"
        else
            not_ok "$name reads $format with $compression" "$(tail -n 3 "$scratch/out")"
        fi
    done <<END
docker-archive none
docker-archive gzip
END
}

pack_tree
pack_archives
# What compares has to see a difference: the lowest layer is not the whole.
before=$failed
same "the comparison" "$place/first" >"$scratch/out"
failed=$before
if [ "$(facts "$place/whole" | wc -l)" -gt 30 ] && facts "$place/whole" | grep "^user.note=" >/dev/null && facts "$place/whole" | grep "^security.capability=" >/dev/null &&
    grep -q '^not ok' "$scratch/out"; then
    ok "the comparison sees differences"
else
    not_ok "the comparison sees differences" "$(cat "$scratch/out")"
fi
loads "docker wrote once" "$place/old.tar"
loads "kaniko writes" "$place/flat.tar"
for format in docker-archive oci-archive oci-dir; do
    for compression in none gzip zstd; do
        "$minibox" save --format $format --compress $compression -o "$place/own" tree:1
        loads "it saves as $format with $compression" "$place/own"
        rm -rf "$place/own"
    done
done
loads "docker wrote once" "$place/old.tar"
with_skopeo_and_umoci
loads "docker wrote once, again" "$place/old.tar"
with_podman
loads "docker wrote once, at last" "$place/old.tar"
if [ -x "$peers/usr/sbin/dockerd" ]; then
    mkdir -p "$scratch/docker"
    background dockerd.log dockerd --data-root "$scratch/docker" --exec-root "$scratch/docker-exec" -p "$scratch/docker.pid" \
        -H "unix://$scratch/docker.sock" --iptables=false --ip6tables=false --bridge=none
    if eventually 30 peer docker version; then
        with_docker "docker $(peer docker version -f '{{.Server.Version}}' | cut -d. -f1)" peer docker
    else
        not_ok "start docker" "$(tail -n 5 "$scratch/dockerd.log")"
    fi
else
    skip docker "the peers have no dockerd"
fi
# Debian 12's own.
older=$PWD/.build/peers/usr
if [ -x "$older/sbin/dockerd" ]; then
    mkdir -p "$scratch/docker-old"
    PATH=$older/bin:$older/sbin:$PATH dockerd --data-root "$scratch/docker-old" --exec-root "$scratch/docker-old-exec" \
        -p "$scratch/docker-old.pid" -H "unix://$scratch/docker-old.sock" --iptables=false --ip6tables=false --bridge=none \
        >"$scratch/dockerd-old.log" 2>&1 &
    processes+=($!)
    if eventually 30 "$older/bin/docker" -H "unix://$scratch/docker-old.sock" version; then
        with_docker "docker 20.10" timeout --foreground 60 "$older/bin/docker" -H "unix://$scratch/docker-old.sock"
    else
        not_ok "start docker 20.10" "$(tail -n 5 "$scratch/dockerd-old.log")"
    fi
else
    skip "docker 20.10" "the peers have none"
fi
"$minibox" rmi -f tree:1 >/dev/null 2>&1
stop_all
