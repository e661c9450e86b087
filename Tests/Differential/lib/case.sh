# SPDX-License-Identifier: Apache-2.0
# One case: built, listed, compared.

# build_with BUILDER LOG FLAG...: builds the context; FLAGs are those that all builders know.
build_with() {
    local builder=$1 log=$2
    shift 2
    case $builder in
        minibox) (cd "$here" && env "${variables[@]}" "$minibox" build --progress plain "$@" "${context[@]}") ;;
        buildkit) peer env -C "$here" docker buildx build --progress plain --network none --provenance=false "$@" "${context[@]}" ;;
        classic) peer env -C "$here" DOCKER_BUILDKIT=0 docker build --network none "$@" "${context[@]}" ;;
        buildah) buildah build --format docker --isolation chroot --layers "$@" "${context[@]/#context/$here/context}" ;;
    esac <"$input" >"$log" 2>&1
}

# archive_of BUILDER: writes the image that it built as a docker archive, and says where.
archive_of() {
    rm -f "$here/image.tar"
    case $1 in
        minibox) build_with minibox "$here/save.log" "${flags[@]}" --output "type=docker,dest=$here/image.tar" ;;
        buildkit | classic) peer docker save -o "$here/image.tar" "$tag" ;;
        buildah) buildah push -q "$tag" "docker-archive:$here/image.tar" ;;
    esac >&2
    echo "$here/image.tar"
}

# What each step of a build in plain progress did: CACHED or DONE, without numbers and times.
step_ends() {
    awk '
        match($0, /^#[0-9]+ \[/) {
            number = $1
            label = substr($0, length(number) + 2)
            if (label ~ /^\[(internal|auth)/ || label ~ /\] FROM / || label ~ /^\[context /) next
            sub(/ *[0-9]+\/[0-9]+\]/, "]", label)
            # BuildKit names the only stage where a step has mounts.
            sub(/^\[(stage-0)?\] */, "", label)
            sub(/ \([^()]*\.\.\.\)$/, "", label)
            names[number] = label
        }
        $2 == "CACHED" || $2 == "DONE" { if ($1 in names) print $2 " " names[$1] }
    ' "$1" | sort -u -k2
}

# answer_of BUILDER: what it makes of the case, in lines.
answer_of() {
    local builder=$1 log=$here/$1.log image pair
    reset_context
    [ "$builder" = minibox ] || [ "$kind" != cache ] || [ $attempt = 0 ] || rebase_context
    for pair in "${also[@]}"; do
        # The images that a case stands on are built without its flags.
        build_with "$builder" "$log" -t "${pair%%:*}" -f "$here/context/${pair#*:}" ||
            { echo "cannot build ${pair%%:*} with $builder:"; tail -n 20 "$log"; return 1; } >&2
    done
    case $kind in
        image)
            build_with "$builder" "$log" -t "$tag" "${flags[@]}" || { echo "fails"; cat "$log" >&2; return 0; }
            image=$(archive_of "$builder")
            image_listing "$image" "$base" "$([ "$peer" = buildkit ] && echo true || echo false)" ;;
        files)
            rm -rf "$here/out"
            build_with "$builder" "$log" "${flags[@]}" || { echo "fails"; cat "$log" >&2; return 0; }
            answer_files | beside "$base" ;;
        times)
            rm -rf "$here/out"
            build_with "$builder" "$log" "${flags[@]}" || { echo "fails"; cat "$log" >&2; return 0; }
            (cd "$here/out" && find . -mindepth 1 -printf '%p %T@\n' | sed 's/\.0*$//' | sort) ;;
        failure)
            if build_with "$builder" "$log" -t "$tag" "${flags[@]}"; then echo "builds"; else echo "fails"; fi
            cat "$log" >&2 ;;
        check)
            build_with "$builder" "$log" --check "${flags[@]}" || true
            cat "$log" >&2
            check_lines "$log" ;;
        cache)
            build_with "$builder" "$log" -t "$tag" "${flags[@]}" || { echo "fails"; cat "$log" >&2; return 0; }
            (cd "$here/context" && change)
            build_with "$builder" "$log" -t "$tag" "${flags[@]}" "${again[@]}" || { echo "fails again"; cat "$log" >&2; return 0; }
            cat "$log" >&2
            step_ends "$log" ;;
    esac
}

# The rules that were broken, with their lines, sorted. minibox says `Dockerfile:3:1: Rule: words`; docker has a line with
# the rule, and the place some lines below.
check_lines() {
    awk '
        /^[^ ]*[Dd]ockerfile:[0-9]+:[0-9]+: [A-Z][A-Za-z]+: / {
            split($1, place, ":")
            sub(/:$/, "", $2)
            print $2 " " place[2]
            next
        }
        /^WARNING: [A-Z][A-Za-z]+/ { rule = $2; sub(/:$/, "", rule); next }
        rule != "" && /^[^ ]*[Dd]ockerfile:[0-9]+/ {
            split($1, place, ":")
            print rule " " place[2]
            rule = ""
        }
    ' "$1" | sort
}

# What a case of the kind `files` looks at: the folder or archive that it wrote in $here/out.
answer_files() {
    if [ -d "$here/out" ]; then list_tree "$here/out"; else
        mkdir -p "$here/unpacked"
        tar -xpf "$here/out" -C "$here/unpacked" --numeric-owner --xattrs --xattrs-include='*'
        list_tree "$here/unpacked"
        rm -rf "$here/unpacked"
    fi
}

# The context as the case has it, whatever the modes and times of the clone are.
reset_context() {
    rm -rf "$here/context"
    cp -r "$suite/cases/$name/context" "$here/context"
    find "$here/context" -type d -exec chmod 755 {} +
    find "$here/context" -type f -perm /111 -exec chmod 755 {} + -o -type f -exec chmod 644 {} +
    (cd "$here/context" && umask 022 && prepare)
    # A time of its own: BuildKit keeps the contexts of builds that it takes for the same, and of those it takes a file of the
    # same name, size and time for unchanged.
    find "$here/context" -exec touch -h -d "@$((1600000000 + $(cksum <<<"$name" | cut -d ' ' -f 1) % 10000000))" {} +
}

# A base that no build has seen, in the place of the case's: what an attempt before this one left in the cache is of no use
# on it, and a case of the kind `cache` begins anew.
rebase_context() {
    local again=$base-$name-$attempt
    cp "$fixtures/$base.tar" "$here/base.tar"
    echo "$again" >"$here/$again"
    tar -rf "$here/base.tar" -C "$here" "$again"
    peer docker import - "$again" <"$here/base.tar" >/dev/null
    rm "$here/base.tar"
    sed -i "s/^FROM $base\b/FROM $again/" "$here/context/Dockerfile"
}

# one NAME: the whole case, in a process of its own. Writes NAME.result: verdict, peer, rows, result.
one() {
    local name=$1 here=$scratch/$1 status=0
    local what="" rows="" peer=buildkit kind=image base=busybox epoch="" tag=case-$1 input=/dev/null
    local attempt=0 flags=() also=() again=() variables=() context=(context)
    prepare() { :; }
    change() { :; }
    mkdir -p "$here"
    # shellcheck source=/dev/null
    . "$suite/cases/$name/case"
    [ -z "$epoch" ] || variables+=("SOURCE_DATE_EPOCH=$epoch")
    local expected=$suite/cases/$name/expected verdict result
    set +e
    (set -e; judge)
    status=$?
    set -e
    verdict=failed result="FAILED (exit $status)"
    [ ! -e "$here/verdict" ] || { read -r verdict <"$here/verdict"; result=$(sed -n 2p "$here/verdict"); }
    [ $status = 0 ] || verdict=failed
    printf '%s\t%s\t%s\t%s\n' "$verdict" "$peer" "$rows" "$result" >"$scratch/$name.tmp"
    mv "$scratch/$name.tmp" "$scratch/$name.result"
    rm -rf "$here"
}

tell() { printf '%s\n%s\n' "$1" "$2" >"$here/verdict"; }

judge() {
    if [ "$mode" != compare ] && [ "$peer" != none ]; then
        answer_of "$peer" >"$here/peer"
        if [ "$mode" = record ]; then
            # What a peer cannot do, or does where it should refuse, is no measure.
            case $kind:$(head -n 1 "$here/peer") in
                failure:builds | image:fails | files:fails | times:fails | cache:fails*) tell failed "NO MEASURE: $peer"; return ;;
            esac
            {
                case $peer in
                    buildah) echo "# recorded: buildah $buildah_version" ;;
                    *) echo "# recorded: docker $docker_version, $peer" ;;
                esac
                cat "$here/peer"
            } >"$expected"
            tell same recorded
            return
        fi
        # A peer under load fails now and then by a race of its own: containerd misses the parent of a snapshot.
        while ! cmp -s <(grep -v '^#' "$expected") "$here/peer" && [ $attempt -lt 3 ]; do
            attempt=$((attempt + 1))
            echo "$peer says otherwise than what is on record, and is asked again:"
            diff <(grep -v '^#' "$expected") "$here/peer" || true
            answer_of "$peer" >"$here/peer"
        done
        if ! diff <(grep -v '^#' "$expected") "$here/peer"; then
            tell failed "NOT WHAT $peer SAYS: see below, or record it again"
            return
        fi
    elif [ "$mode" = record ]; then
        tell same "by hand"
        return
    fi
    answer_of minibox >"$here/minibox"
    difference
}

# Compares with what is on record. Each line of the difference has to be in known-differences, with a reason; each line
# there has to be needed.
difference() {
    local line reason rest=0 reasons=()
    diff <(grep -v '^#' "$expected") "$here/minibox" | grep '^[<>]' >"$here/lines" || true
    awk -F'\t' -v name="$name" '$1 == name' "$suite/known-differences" >"$here/known"
    while IFS= read -r line; do
        reason=$(LINE=$line awk -F'\t' 'index(ENVIRON["LINE"], $2) { print $3; exit }' "$here/known")
        if [ -z "$reason" ]; then
            echo "$line"
            rest=1
        else
            reasons+=("$reason")
        fi
    done <"$here/lines"
    while IFS=$'\t' read -r _ line reason; do
        grep -qF -- "$line" "$here/lines" || { echo "not needed any more in known-differences: $line"; rest=1; }
    done <"$here/known"
    if [ $rest != 0 ]; then
        echo "(< on record, > minibox)"
        tell failed DIFFERENT
    elif [ ${#reasons[@]} != 0 ]; then
        tell known "different: $(printf '%s\n' "${reasons[@]}" | sort -u | paste -sd ';' -)"
    else
        tell same same
    fi
}
