#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network none lab/box /.minibox/probe fill / 32
minibox run --rm --network none --storage-opt size=16m lab/box /.minibox/probe fill / 32
