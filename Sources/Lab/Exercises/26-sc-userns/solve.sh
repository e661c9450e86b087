#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network none --security-opt seccomp=unconfined lab/box /.minibox/probe userns
minibox run --rm --network none lab/box /.minibox/probe userns
