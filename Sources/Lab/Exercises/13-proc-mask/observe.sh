#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
echo "asked $(grep -c '"probe":"open"' "$LAB_OUT")"
echo "writable $(grep -c '"result":"OK"' "$LAB_OUT")"
grep '"probe":' "$LAB_OUT" || true
