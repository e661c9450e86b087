#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox trace -o /lab/trace -- run --rm --network none lab/box cat /data/planted
grep planted /lab/trace
minibox run --rm --network none --userns host --pid host --cap-add SYS_PTRACE lab/box /.minibox/probe ptr "$(cat /lab/victim)"
minibox run --rm --network none lab/box /.minibox/probe ptr "$(cat /lab/victim)"
