#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network none --security-opt seccomp=/run/lab/exercise/deny-mkdir.json lab/box /.minibox/probe uring /tmp/made
minibox run --rm --network none lab/box /.minibox/probe uring /tmp/made
