#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Debian's minbase, from the package sources that this machine is configured with.
set -euo pipefail
exec mmdebstrap --quiet --variant=minbase --mode=root --skip=check/qemu \
    --aptopt='Acquire::Languages "none"' --aptopt='APT::Install-Recommends "false"' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    --customize-hook='rm -rf "$1"/var/cache/apt/*.bin "$1"/var/lib/apt/lists/*' \
    --format=tar bookworm - "$@"
