#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One of two pages is there for each bit that was told: 10 for a 0, 01 for a 1. Both or none tell nothing.
right=0
map=$(sed -n 's/.*"what":"mincore".*"map":"\([01]*\)".*/\1/p' "$LAB_OUT")
for bit in $(sed 's/./& /g' /lab/bits); do
    case $bit$map in 010* | 101*) right=$((right + 1)) ;; esac
    map=${map#??}
done
echo bits_right "$right"
if grep -qx "boot $(cat /proc/sys/kernel/random/boot_id)" "$LAB_OUT"; then echo kernel same; else echo kernel other; fi
# The probe's own lines are observations: one JSON object each.
grep '^{' "$LAB_OUT" || true
