#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A hierarchy that there is not would be made by mounting it, for the whole machine.
awk 'NR > 1 && $2 > 0 { found = 1 } END { exit !found }' /proc/cgroups || {
    echo "this machine uses no hierarchy of cgroup v1, and the lab makes none"
    exit 77
}
