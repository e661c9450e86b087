# SPDX-License-Identifier: Apache-2.0
# minibox in `minibox run --privileged` of a plain Debian, and once more in a container of its own there.
engine=nested-minibox
[ -e "$fixtures/debian.tar" ] || { skip all "the image debian is missing: run scripts/fixtures debian"; return 0; }
# shellcheck source=/dev/null
. Tests/Callers/nested/outside.sh

engine() { timeout --foreground 60 "$minibox" "$@"; }
outer() {
    local flags=()
    # What is not privileged has its own users, where nothing can be mounted: those of the host are what docker gives.
    [[ " $* " = *" --privileged "* ]] || flags+=(--userns host)
    while [ "$1" != -- ]; do flags+=("$1"); shift; done
    timeout --foreground 120 "$minibox" run --rm -v "$nested:/nested:ro" "${flags[@]}" debian sh -c "PATH=/nested:\$PATH; $2"
}
engine import "$fixtures/debian.tar" debian >"$scratch/out" 2>&1 ||
    { not_ok "import of an image" "$(cat "$scratch/out")"; return 0; }
nested_folder
nested_checks "--security-opt systempaths=unconfined"
