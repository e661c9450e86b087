#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network none -u 1000 --security-opt no-new-privileges=false lab/suid /raise suid-id
minibox run --rm --network none -u 1000 lab/suid /raise suid-id
