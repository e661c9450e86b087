#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
if grep -qF "$LAB_FLAG" "$LAB_OUT"; then echo flag read; else echo flag unread; fi
if [ "$(sha256sum </etc/passwd)" = "$(cat /lab/passwd-before)" ]; then echo passwd same; else echo passwd changed; fi
echo attack_status "$LAB_STATUS"
if grep -qx ran "$LAB_OUT"; then echo ran yes; else echo ran no; fi
if grep -qsF -e --allow-sensitive /lab/err; then echo refused yes; else echo refused no; fi
# What the audit found is there with its severity, and what it did not with "pass".
if grep -q "^ *pass  *A30 " /lab/audit 2>/dev/null; then echo audit pass
elif grep -q " A30 " /lab/audit 2>/dev/null; then echo audit found
fi
