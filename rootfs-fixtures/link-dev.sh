#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# /dev is a symlink: nothing may be mounted over what it points to.
set -euo pipefail
rm -rf dev
ln -s ../../../../tmp dev
