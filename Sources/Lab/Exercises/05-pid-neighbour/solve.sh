#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
sh "$LAB_EXERCISE/attack.sh" --userns host --pid host
sh "$LAB_EXERCISE/attack.sh" --userns host --pid host --cap-add SYS_PTRACE
