#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# How many reached the kernel: any answer but a refusal.
if grep -q '"probe":"reach"' "$LAB_OUT"; then
    echo "past $(grep '"probe":"reach"' "$LAB_OUT" | grep -vcE '"result":"(EPERM|ENOSYS)"')"
fi
# The probe's own lines are observations: one JSON object each.
grep '^{' "$LAB_OUT" || true
# Of how many calls the program that was read back says what the kernel has done.
agreed=0
for call in keyctl add_key request_key io_uring_setup kcmp pidfd_getfd clone3; do
    if grep -qE "\"probe\":\"reach\",\"what\":\"$call\".*\"result\":\"(EPERM|ENOSYS)\"" "$LAB_OUT"; then seen=refused; else seen=through; fi
    if grep -qx "foretold $call $seen" "$LAB_OUT"; then agreed=$((agreed + 1)); fi
done
echo "foretold $agreed"
