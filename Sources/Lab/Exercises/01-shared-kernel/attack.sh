#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container reads some pages of a file, two for each bit of which it takes one. Another asks which pages of the file are in
# memory. "$@" are the arm's flags, for the one that asks.
pages=
place=0
for bit in $(sed 's/./& /g' /lab/bits); do
    pages="$pages $((place + bit))"
    place=$((place + 2))
done
minibox run --rm --network none -v shared:/data:ro lab/box /.minibox/probe touch /data/big $pages
minibox run --rm --network none -v shared:/data:ro "$@" lab/box \
    sh -c '/.minibox/probe resid /data/big; echo boot $(cat /proc/sys/kernel/random/boot_id)'
