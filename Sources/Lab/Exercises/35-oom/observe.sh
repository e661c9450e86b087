#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The probe's own lines are observations: one JSON object each.
grep '^{' "$LAB_OUT" || true
