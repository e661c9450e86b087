#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container fills its root. "$@" are the arm's flags.
minibox run --rm --network none "$@" lab/box /.minibox/probe fill / 32
