#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
sed -n 's/.*"probe":"tcli","what":"127.0.0.1","result":"\([A-Z]*\)".*/machine \1/p' "$LAB_OUT"
sed -n 's/.*"probe":"tcli","what":"192.0.2.1","result":"\([A-Z]*\)".*/outside \1/p' "$LAB_OUT"
sed -n 's/^asked \([a-z]*\) .*"result":"\([A-Z]*\)".*/service_\1 \2/p' "$LAB_OUT"
