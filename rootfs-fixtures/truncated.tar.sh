#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The busybox archive, cut in the middle of a file.
set -euo pipefail
head -c 1000000 "$1"
