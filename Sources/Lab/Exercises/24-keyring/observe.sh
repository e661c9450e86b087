#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
if grep -qF "$LAB_FLAG" "$LAB_OUT"; then echo flag read; else echo flag unread; fi
# The probe's own lines are observations: one JSON object each.
grep '^{' "$LAB_OUT" || true
# What the kernel lists of keys, to whom it lists them.
if grep -qx read "$LAB_OUT"; then
    if grep -q 'user .*lab-key' "$LAB_OUT"; then echo list told; else echo list hidden; fi
fi
