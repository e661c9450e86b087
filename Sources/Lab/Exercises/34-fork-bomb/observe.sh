#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
sed -n 's/.*"made":\([0-9]*\).*/made \1/p' "$LAB_OUT"
# The probe's own lines are observations: one JSON object each.
grep '^{' "$LAB_OUT" || true
