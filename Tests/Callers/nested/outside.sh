# SPDX-License-Identifier: Apache-2.0
# What the scripts share that put minibox into a container of another engine.

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
    done < <("${enter[@]}" timeout --foreground 150 "$@" 2>&1 </dev/null)
    [ $ended = yes ] || not_ok "the checks come to their end" "they did not: see above"
}
