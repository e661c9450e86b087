#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
first=$(sed -n 's/^first //p' "$LAB_OUT")
entered=$(sed -n 's/^entered //p' "$LAB_OUT")
if [ -n "$first" ] && [ -n "$entered" ]; then
    if [ $((0x$entered & ~0x$first)) = 0 ]; then echo more no; else echo more yes; fi
fi
grep -E '^(first|entered|filter) ' "$LAB_OUT"
sed -n 's/.*"probe":"listeners","count":\([0-9]*\).*/listeners \1/p' "$LAB_OUT"
