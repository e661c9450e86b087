#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
sed -n 's/.*"probe":"tcli","what":"[0-9.]*","result":"\([A-Z]*\)".*/four \1/p' "$LAB_OUT"
sed -n 's/.*"probe":"tcli","what":"fe80[^"]*","result":"\([A-Z]*\)".*/six \1/p' "$LAB_OUT"
grep '^addresses' "$LAB_OUT"
