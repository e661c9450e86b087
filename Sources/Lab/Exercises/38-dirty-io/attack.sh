#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container writes 96 MB into a volume, and its group's account is read. "$@" are the arm's flags.
minibox volume create heap >/dev/null
minibox run -d --name writer --network none -v heap:/v "$@" lab/box \
    sh -c 'dd if=/dev/zero of=/v/file bs=1M count=96 2>/dev/null; echo written; exec sleep 60' >/dev/null
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
    minibox logs writer | grep -q written && break
    sleep 0.4
done
process=$(minibox inspect --format '{{.State.Pid}}' writer)
cat "/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$process/cgroup")/memory.peak"
