#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# /sys is a symlink: nothing may be mounted over what it points to.
set -euo pipefail
rm -rf sys
ln -s usr sys
