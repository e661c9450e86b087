#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container writes 48 MB into a volume while its neighbour watches the machine's dirty pages. Then it writes 48 MB more, and its
# group's account is read. "$@" are the arm's flags.
minibox volume create heap >/dev/null
volume=$(minibox volume inspect --format '{{.Mountpoint}}' heap)
sync
minibox run -d --name neighbour --network none lab/box \
    sh -c 'while :; do sed -n "s/^Dirty: *\([0-9]*\) kB/\1/p" /proc/meminfo; sleep 0.2; done' >/dev/null || exit
before=$(sed -n 's/^Dirty: *\([0-9]*\) kB/\1/p' /proc/meminfo)
minibox run -d --name writer --network none -v heap:/v "$@" lab/box sh -c '
    until [ -e /v/first ]; do sleep 0.1; done
    dd if=/dev/zero of=/v/file bs=1M count=48 2>/dev/null && touch /v/half
    until [ -e /v/second ]; do sleep 0.1; done
    dd if=/dev/zero of=/v/more bs=1M count=48 2>/dev/null && touch /v/written
    exec sleep 600' >/dev/null || exit
process=$(minibox inspect --format '{{.State.Pid}}' writer)
group=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$process/cgroup")
touch "$volume/first"
# The most that waited at any time: sooner or later the kernel writes it.
most=0
while :; do
    own=$(sed -n 's/^file_dirty //p' "$group/memory.stat")
    if [ "$own" -gt "$most" ]; then most=$own; fi
    if [ -n "${ended-}" ]; then break; fi
    if [ -e "$volume/half" ]; then ended=yes; else sleep 0.1; fi
done
echo "dirty_own $most"
# Its neighbour has looked once more since.
: >/lab/looks
looks=$(minibox logs neighbour | wc -l)
until [ "$(wc -l </lab/looks)" -ge $((looks + 2)) ]; do minibox logs neighbour >/lab/looks; done
echo "dirty_seen $(($(sort -n /lab/looks | sed -n '$p') - before))"
touch "$volume/second"
until [ -e "$volume/written" ]; do sleep 0.2; done
echo "charged $(cat "$group/memory.peak")"
