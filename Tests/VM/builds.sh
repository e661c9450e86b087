#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Builds under a kernel whose overlayfs takes layers by names alone, and the store that they leave.
set -euo pipefail
cd "$(dirname "$0")/../.."

minibox=$(realpath "${MINIBOX:-.build/bin/minibox}")
fixtures=${MINIBOX_FIXTURES:-$PWD/.build/fixtures}
scratch=$(mktemp -d)
export MINIBOX_ROOT=$scratch/root MINIBOX_RUN_ROOT=$scratch/run

check() { # NAME EXPECTED FOUND
    if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: expected $2, found $3"; fi
}
code() { local status=0; "$@" >/dev/null 2>&1 || status=$?; echo $status; }

"$minibox" import "$fixtures/busybox.tar" busybox >/dev/null
mkdir -p "$scratch/context/folder"
echo hello >"$scratch/context/file"
echo deep >"$scratch/context/folder/deep"
cat >"$scratch/context/Dockerfile" <<'END'
FROM busybox AS first
COPY file /file
RUN echo made >/made && rm /etc/passwd && mkdir -p /var/made
COPY folder /folder
FROM busybox
COPY --from=first /made /folder /copied/
RUN --mount=type=bind,from=first,target=/first cat /first/file >/seen; test ! -e /first/etc/passwd
CMD ["cat", "/seen", "/copied/made", "/copied/deep"]
END
"$minibox" build --progress plain -t built "$scratch/context" >"$scratch/log" 2>&1 || sed 's/^/# /' "$scratch/log"
check "what was built runs" "hello made deep" "$("$minibox" run --rm built 2>&1 | tr '\n' ' ' | sed 's/ $//')"
check "the first stage is cached" 0 "$(code "$minibox" build --target first -t first "$scratch/context")"
check "and hides what it removed" 1 "$(code "$minibox" run --rm first test -e /etc/passwd)"
"$minibox" build --output "type=local,dest=$scratch/out" "$scratch/context" >"$scratch/log" 2>&1 || sed 's/^/# /' "$scratch/log"
check "a tree goes out" deep "$(cat "$scratch/out/copied/deep" 2>&1)"
"$minibox" run --name changed built sh -c 'echo x >/x; rm /seen' >/dev/null 2>&1
check "a container is compared" "D /seen,A /x" "$("$minibox" diff changed | tr '\n' ',' | sed 's/,$//')"
check "and made an image" 0 "$(code "$minibox" commit changed committed)"
check "the store is whole" 0 "$(code "$minibox" system check)"
check "no mount is left" 0 "$(grep -c "$scratch" /proc/self/mountinfo || true)"
check "nothing is left in the staging" 0 "$(find "$MINIBOX_ROOT/images/staging" -mindepth 1 | wc -l)"

rm -rf "$scratch"
