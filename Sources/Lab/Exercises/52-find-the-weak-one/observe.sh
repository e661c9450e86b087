#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
grep -E '^(odd|found) ' "$LAB_OUT" || true
