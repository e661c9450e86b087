#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A bit each: the first page of two for a 0, the second for a 1. These are 1, 0, 1, 1.
minibox run --rm --network none -v shared:/data:ro lab/box /.minibox/probe touch /data/big 1 2 5 7
minibox run --rm --network none -v shared:/data:ro lab/box /.minibox/probe resid /data/big
minibox run --rm --network none -v shared:/data:ro -u 1000 lab/box /.minibox/probe resid /data/big
# The same kernel, whichever container asks.
minibox run --rm --network none lab/box cat /proc/sys/kernel/random/boot_id
cat /proc/sys/kernel/random/boot_id
