#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network none lab/box /.minibox/probe burn 1500
minibox run --rm --network none --cpus 0.2 lab/box /.minibox/probe burn 1500
