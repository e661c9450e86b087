#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# busybox and the programs of rootfs-fixtures/src, which scripts/fixtures has built.
set -euo pipefail
install -m 755 "$PROGRAMS"/* bin/
