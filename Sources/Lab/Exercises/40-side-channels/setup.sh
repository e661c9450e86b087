#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Eight bits that nobody can guess: the last two digits of the secret.
digits=${LAB_FLAG%?}
value=$((0x${digits#"${digits%??}"}))
bits=
for place in 128 64 32 16 8 4 2 1; do bits=$bits$((value / place % 2)); done
echo "$bits" >/lab/bits
