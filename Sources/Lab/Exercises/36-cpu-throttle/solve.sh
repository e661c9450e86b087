#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run -d --name hog --network none --cpus 0.03 lab/box sh -c 'taskset -p 1 $$; while :; do :; done'
minibox run --rm --network none lab/box taskset 1 /.minibox/probe burn 1500
process=$(minibox inspect --format '{{.State.Pid}}' hog)
cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$process/cgroup")/cpu.stat"
