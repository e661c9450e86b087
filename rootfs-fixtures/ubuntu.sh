#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Stands in for ubuntu where nothing can be fetched: a root with a shell. It says what it is.
set -euo pipefail
mkdir -p usr/lib
cat >usr/lib/os-release <<'FILE'
ID=minibox-stand-in
NAME="Stand-in for ubuntu, of Debian's busybox"
PRETTY_NAME="Stand-in for ubuntu, of Debian's busybox"
FILE
ln -s ../usr/lib/os-release etc/os-release
