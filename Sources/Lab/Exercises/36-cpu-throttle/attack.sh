#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Two containers compute on one processor, and what each has got is read when the second has had a second of it. "$@" are the
# flags of the first one.
used() { sed -n 's/^usage_usec //p' "$1"; }
for name in hog victim; do
    minibox run -d --name "$name" --network none "$@" lab/box \
        sh -c 'taskset -p 1 $$ >/dev/null && echo ready; while :; do :; done' >/dev/null || exit
    set --
done
for name in hog victim; do
    until minibox logs "$name" | grep -q ready; do sleep 0.1; done
done
set -- $(minibox inspect --format '{{.State.Pid}}' hog victim)
hog=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$1/cgroup")/cpu.stat
victim=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$2/cgroup")/cpu.stat
hog_before=$(used "$hog")
victim_before=$(used "$victim")
until [ $(($(used "$victim") - victim_before)) -ge 1000000 ]; do sleep 0.1; done
echo "hog_used $(($(used "$hog") - hog_before))"
echo "victim_used $(($(used "$victim") - victim_before))"
sed -n '/^nr_/p' "$hog"
