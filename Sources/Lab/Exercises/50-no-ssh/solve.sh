#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run -d --name served --network none lab/box sleep 300
minibox exec served grep -E 'CapBnd|NoNewPrivs|Seccomp:' /proc/self/status
minibox exec --privileged served grep -E 'CapBnd|NoNewPrivs|Seccomp:' /proc/self/status
minibox audit served
