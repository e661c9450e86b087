#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
for probe in abcli tcli; do
    if grep "\"probe\":\"$probe\"" "$LAB_OUT" | grep -qF "$LAB_FLAG"; then echo "$probe read"; else echo "$probe unread"; fi
done
grep -E '^names [0-9]+$' "$LAB_OUT" || true
grep '"probe":' "$LAB_OUT" || true
