#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Entries that leave the root when they are written by path: `..`, absolute names, a file through a symlink, a hard
# link to a file outside.
set -euo pipefail
base=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/one" "$work/two/through"
echo escaped >"$work/one/up"
echo escaped >"$work/one/absolute"
ln -s ../../../../../../../../tmp "$work/one/through"
echo escaped >"$work/two/through/minibox-escaped-symlink"
cp "$base" "$work/traversal.tar"
add() { tar --numeric-owner --mtime=@0 -P -rf "$work/traversal.tar" -C "$@"; }
add "$work/one" --transform 's,^up$,../../../../../../tmp/minibox-escaped-up,' up
add "$work/one" --transform 's,^absolute$,/tmp/minibox-escaped-absolute,' absolute
add "$work/one" through
add "$work/two" through/minibox-escaped-symlink
cat "$work/traversal.tar"
