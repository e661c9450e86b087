#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
if grep -qF "$LAB_FLAG" "$LAB_OUT"; then echo flag read; else echo flag unread; fi
for role in billing mail; do
    if grep -qF "$(cat "/lab/$role")" "$LAB_OUT"; then echo "$role read"; else echo "$role unread"; fi
done
# The probe's own lines are observations: one JSON object each.
grep '^{' "$LAB_OUT" || true
