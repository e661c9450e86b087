#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
grep -E '^(first|second) (tampered|clean)$|^(volume shared|readonly refused)$' "$LAB_OUT"
if grep -qx 'A /etc/marker' "$LAB_OUT" && grep -qx 'D /etc/group' "$LAB_OUT"; then echo diff told; fi
