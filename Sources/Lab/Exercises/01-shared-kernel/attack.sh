#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container asks which pages of a file of the host are in memory. "$@" are the arm's flags.
minibox run --rm --network none -v /run/lab/bin/minibox-probe:/data/big:ro "$@" lab/box /.minibox/probe resid /data/big
