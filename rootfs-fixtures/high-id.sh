#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Ids past the 65,536 that a private user namespace has at first.
set -euo pipefail
echo high >high
chown 100000:100001 high
mkdir higher
chown 2000000000:2000000000 higher
echo "high:x:100000:100001::/:/bin/sh" >>etc/passwd
