#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container opens the first directory of a disk by its number. "$@" are the arm's flags.
minibox run --rm --network none -v /run/lab/bin/minibox-probe:/anchor:ro "$@" lab/box /.minibox/probe shocker /anchor .
