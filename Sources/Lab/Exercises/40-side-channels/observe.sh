#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
heard=$(sed -n 's/.*"probe":"pty-recv".*"bits":"\([01]*\)".*/\1/p' "$LAB_OUT")
case $heard in
"$(cat /lab/bits)") echo heard all ;;
"") echo heard nothing ;;
*) echo heard wrong ;;
esac
# The probe's own lines are observations: one JSON object each.
grep '^{' "$LAB_OUT" || true
