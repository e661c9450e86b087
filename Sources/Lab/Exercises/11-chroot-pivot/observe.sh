#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
if grep -qF "$LAB_FLAG" "$LAB_OUT"; then echo flag read; else echo flag unread; fi
grep '"probe":' "$LAB_OUT" || true
