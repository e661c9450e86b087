#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
grep -E '^(edit|before) ' "$LAB_OUT"
set -- $(sed -n 's/^records //p' "$LAB_OUT")
if [ $# = 2 ]; then echo "removed $(($1 - $2))"; fi
