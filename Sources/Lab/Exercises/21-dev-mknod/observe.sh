#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# MISSING is what the probe calls a node that could not be made: ENOENT.
sed -n 's/.*"probe":"open","what":"r:.log","result":"\([A-Z0-9]*\)".*/open \1/p' "$LAB_OUT"
