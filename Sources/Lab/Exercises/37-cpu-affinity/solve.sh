#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
taskset -c 0 minibox run --rm --network none lab/box /.minibox/probe aff
minibox run --rm --network none --cpuset-cpus 0 lab/box /.minibox/probe aff
