# SPDX-License-Identifier: Apache-2.0
# What an image is, as lines: read from its archive with tar and jq alone, so that no builder's own reading counts.

# apply_layer LAYER TREE: unpacks a layer over TREE as the image specification says.
apply_layer() {
    local layer=$1 tree=$2 entry folder
    while read -r entry; do
        folder=$tree/$(dirname "$entry")
        case ${entry##*/} in
            .wh..wh..opq) [ ! -d "$folder" ] || find "$folder" -mindepth 1 -delete ;;
            .wh..wh.*) ;;
            .wh.*) rm -rf "$folder/${entry##*/.wh.}" ;;
            # What is no folder takes a folder's place.
            ?*) [ ! -d "$tree/$entry" ] || [ -L "$tree/$entry" ] || rm -rf "${tree:?}/$entry" ;;
        esac
    done < <([ -z "$(ls -A "$tree")" ] || tar -tf "$layer" | sed 's|^|./|')
    tar -xpf "$layer" -C "$tree" --numeric-owner --same-owner --xattrs --xattrs-include='*' --exclude='.wh.*'
}

# list_tree FOLDER: a line an entry: path, type, mode, owner, and what it holds.
list_tree() {
    (
        cd "$1"
        {
            find . -type f -print0 | xargs -0r sha256sum | sed -E 's/^\\?([0-9a-f]{16})[0-9a-f]* ./hash\t\1\t/'
            getfattr -R -h -P -d -m - -e hex . 2>/dev/null | awk '
                /^# file: / { path = "./" substr($0, 9); next }
                /=/ { print "attribute\t" $0 "\t" path }' | sort
            find . \( -type c -o -type b \) -exec stat -c $'device\t%Hr:%Lr\t%n' {} +
            find . -mindepth 1 -printf 'entry\t%p\t%y\t%m\t%U:%G\t%n\t%i\t%s\t%l\n' | sort
        } | awk -F'\t' '
            $1 == "hash" { hash[$3] = $2 }
            $1 == "device" { device[$3] = $2 }
            $1 == "attribute" { attributes[$3] = attributes[$3] " " $2 }
            $1 == "entry" {
                detail = ""
                if ($3 == "f") detail = $8 " " hash[$2]
                if ($3 == "l") detail = "-> " $9
                if ($3 == "c" || $3 == "b") detail = device[$2]
                if ($3 != "d" && $6 > 1) { if ($7 in first) detail = "= " first[$7]; else first[$7] = substr($2, 2) }
                mode = $3 == "l" ? "" : $4
                print substr($2, 2) " " $3 " " mode " " $5 " " detail attributes[$2]
            }'
    )
}

# beside BASE: of a listing, what BASE has not, and of BASE, what it has not. Which busybox it is makes no difference.
beside() {
    { diff "$scratch/$1.base" - || true; } | sed -n "s/^> /+ /p; s/^< /- /p" | sed "s/ $(cat "$scratch/busybox.hash")/ busybox/"
}

# image_listing ARCHIVE BASE WITH_HISTORY: what the image of a docker archive adds to BASE and takes from it, and its
# configuration.
image_listing() {
    local archive=$1 base=$2 with_history=$3 work layer
    work=$(mktemp -d "$scratch/image.XXXXXX")
    mkdir "$work/archive" "$work/tree"
    tar -xf "$archive" -C "$work/archive"
    while read -r layer; do
        apply_layer "$work/archive/$layer" "$work/tree"
    done < <(jq -r '.[0].Layers[]' "$work/archive/manifest.json")
    list_tree "$work/tree" | beside "$base"
    jq -S --arg epoch "$epoch" --argjson with_history "$with_history" --argjson below "$([ "$base" = scratch ] && echo 0 || echo 1)" '
        def told: with_entries(select(.value != null and .value != [] and .value != {} and .value != "" and .value != false));
        { architecture, os, author, created: (if $epoch != "" then [.created, .history[$below:][].created] else null end), layers: ((.rootfs.diff_ids | length) - $below),
          config: (.config // {}
              | { Env, Cmd, Entrypoint, User, WorkingDir, Labels, ExposedPorts, Volumes, StopSignal, Healthcheck, Shell,
                  OnBuild, ArgsEscaped }
              | .Labels |= (. // {} | del(.["io.buildah.version"])) | told),
          history: (if $with_history then
              [ (.history // [])[$below:][] | { created_by: (.created_by // "" | sub(" # buildkit$"; "")), empty_layer, author } | told ]
              else null end) } | told' "$work/archive/$(jq -r '.[0].Config' "$work/archive/manifest.json")"
    rm -rf "$work"
}

# base_listing IMAGE: what a base image is, for the others to be compared with.
base_listing() {
    local tree=$scratch/$1.tree
    mkdir -p "$tree"
    apply_layer "$fixtures/$1.tar" "$tree"
    list_tree "$tree" >"$scratch/$1.base"
    [ "$1" != busybox ] || sed -n 's|^/bin/busybox f 755 0:0 ||p' "$scratch/$1.base" >"$scratch/busybox.hash"
    rm -rf "$tree"
    : >"$scratch/scratch.base"
}
