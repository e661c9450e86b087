#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
mac() { sed -n "s/^$1 .*\([0-9a-f][0-9a-f]\(:[0-9a-f][0-9a-f]\)\{5\}\).*/\1/p" "$LAB_OUT"; }
if [ -n "$(mac before)" ] && [ "$(mac before)" = "$(mac after)" ]; then
    echo neighbour same
elif [ -n "$(mac attacker)" ] && [ "$(mac after)" = "$(mac attacker)" ]; then
    echo neighbour moved
fi
# The probe's own lines are observations: one JSON object each.
grep '^{' "$LAB_OUT" || true
