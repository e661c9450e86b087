#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# minibox in `minibox run --privileged`, two levels deep, where the cgroup v2 tree has every controller and layers go by
# name: Linux 6.1.
set -euo pipefail
cd "$(dirname "$0")/../.."

minibox=$(realpath "${MINIBOX:-.build/bin/minibox}")
fixtures=${MINIBOX_FIXTURES:-$PWD/.build/fixtures}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export MINIBOX_ROOT=$scratch/root MINIBOX_RUN_ROOT=$scratch/run
mkdir "$scratch/nested"
cp "$minibox" "$(dirname "$minibox")/minibox-init" Tests/Callers/nested/inside.sh "$fixtures/busybox.tar" "$scratch/nested"
"$minibox" import "$fixtures/busybox.tar" busybox >/dev/null
timeout 600 "$minibox" run --rm --privileged -v "$scratch/nested:/nested:ro" busybox sh /nested/inside.sh 2
