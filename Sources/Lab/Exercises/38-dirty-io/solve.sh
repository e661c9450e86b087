#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox volume create heap
sync
minibox run --rm --network none lab/box grep Dirty /proc/meminfo
minibox run -d --name writer --network none -v heap:/v --memory 1g lab/box sh -c 'dd if=/dev/zero of=/v/file bs=1M count=48; exec sleep 600'
until minibox logs writer 2>&1 | grep -q copied; do sleep 0.2; done
process=$(minibox inspect --format '{{.State.Pid}}' writer)
grep file_dirty "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$process/cgroup")/memory.stat"
# Another container, which has no part in it.
minibox run --rm --network none lab/box grep Dirty /proc/meminfo
# The same with --memory 64m: a few megabytes.
minibox stats --no-stream writer
