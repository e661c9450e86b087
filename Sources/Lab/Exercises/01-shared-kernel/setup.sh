#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A file of which no page is in memory yet, and eight bits that nobody can guess: the last two digits of the secret.
minibox volume create shared >/dev/null
folder=$(minibox volume inspect --format '{{.Mountpoint}}' shared)
dd if=/dev/zero of="$folder/big" bs=64k seek=1 count=0 2>/dev/null
digits=${LAB_FLAG%?}
value=$((0x${digits#"${digits%??}"}))
bits=
for place in 128 64 32 16 8 4 2 1; do bits=$bits$((value / place % 2)); done
echo "$bits" >/lab/bits
