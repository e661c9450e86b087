#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How many reached the kernel: any answer but a refusal.
if grep -q '"probe":"reach"' "$LAB_OUT"; then
    echo "past $(grep '"probe":"reach"' "$LAB_OUT" | grep -vcE '"result":"(EPERM|ENOSYS)"')"
fi
# The probe's own lines are observations: one JSON object each.
grep '^{' "$LAB_OUT" || true
