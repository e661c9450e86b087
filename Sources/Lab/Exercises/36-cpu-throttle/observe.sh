#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How often its group had to stand still, as the kernel has counted.
grep '^nr_throttled ' "$LAB_OUT"
# Of a hundred parts of the time, those in which it ran.
used=$(sed -n 's/.*"probe":"burn".*"used":\([0-9]*\).*/\1/p' "$LAB_OUT")
if [ -n "$used" ]; then echo "share $((used * 100 / 1500))"; fi
