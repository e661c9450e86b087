#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
set -- $(sed -n 's/.*"before":\([0-9]*\),"after":\([0-9]*\).*/\1 \2/p' "$LAB_OUT")
if [ $# = 2 ]; then
    if [ "$2" -gt 1 ]; then echo grew yes; else echo grew no; fi
fi
# The probe's own lines are observations: one JSON object each.
grep '^{' "$LAB_OUT" || true
