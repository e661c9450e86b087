#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
if grep -qF "$LAB_FLAG" "$LAB_OUT"; then echo flag read; else echo flag unread; fi
if grep -qx ran "$LAB_OUT"; then echo ran yes; else echo ran no; fi
# How many it has beside its three streams.
sed -n 's/.*"probe":"fds","left":\([0-9]*\).*/left \1/p' "$LAB_OUT"
grep '"probe":"fd-take"' "$LAB_OUT"
# What the audit found is there with its severity, and what it did not with "pass".
if grep -q "^ *pass  *A31 " /lab/audit 2>/dev/null; then echo audit pass
elif grep -q " A31 " /lab/audit 2>/dev/null; then echo audit found
fi
