#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network none --userns host -v /run/lab/bin/minibox-probe:/data/big:ro lab/box /.minibox/probe resid /data/big
minibox run --rm --network none -v /run/lab/bin/minibox-probe:/data/big:ro lab/box /.minibox/probe resid /data/big
# The same kernel, whichever container asks.
minibox run --rm --network none lab/box cat /proc/sys/kernel/random/boot_id
cat /proc/sys/kernel/random/boot_id
