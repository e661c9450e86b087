#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
if grep -q /data/planted /lab/trace; then echo outside sees; else echo outside blind; fi
# The probe's own lines are observations: one JSON object each.
grep '^{' "$LAB_OUT" || true
