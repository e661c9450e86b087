#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
number() { sed -n "s/.*\"probe\":\"aff\".*\"$1\":\([0-9]*\).*/\1/p" "$LAB_OUT"; }
if [ -n "$(number after)" ]; then
    if [ "$(number after)" -gt 1 ]; then echo grew yes; else echo grew no; fi
    echo visited "$(number visited)"
    # Where the kernel counts them: it was moved at least once to each processor but the first.
    migrations=$(number migrations)
    if [ -z "$migrations" ]; then echo moved "$(($(number visited) > 1))"
    elif [ "$migrations" -ge $(($(number visited) - 1)) ]; then echo moved "$((migrations > 0))"
    fi
fi
# The probe's own lines are observations: one JSON object each.
grep '^{' "$LAB_OUT" || true
