#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
grep -E '^(first|second) (tampered|clean)$' "$LAB_OUT"
