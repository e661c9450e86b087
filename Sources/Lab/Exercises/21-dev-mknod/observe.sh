#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Whether the node could be made, and what came of opening it: ENOENT where there is none.
grep -x 'made yes\|made no' "$LAB_OUT"
sed -n 's/.*"probe":"open","what":"r:.log","result":"\([A-Z0-9]*\)".*/open \1/p' "$LAB_OUT"
