#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network none --ulimit nproc=32:32 lab/box /.minibox/probe forks 200
# Not for the host's root:
minibox run --rm --network none --userns host --ulimit nproc=32:32 lab/box /.minibox/probe forks 200
