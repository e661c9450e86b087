#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How many calls got past the permission check.
open=$(grep '"probe":"reach"' "$LAB_OUT" | grep -vcE '"result":"(EPERM|EACCES|EROFS|ECONNREFUSED)"')
if grep -q '"probe":"reach"' "$LAB_OUT"; then echo "opened $open"; fi
# The probe's own lines are observations: one JSON object each.
grep '^{' "$LAB_OUT" || true
