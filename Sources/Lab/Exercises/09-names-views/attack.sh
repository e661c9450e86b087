#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container asks for its place, and how long the machine has been up. "$@" are the arm's flags; --boottime SECONDS is none of
# minibox's, but starts it in a time namespace in which the machine is older. Who sets clocks needs SYS_TIME, which the lab host
# has only over a user namespace of its own.
elsewhere=
if [ "${1-}" = --boottime ]; then
    unshare --user --map-root-user --time --boottime "$2" --fork --kill-child \
        sh -c 'echo ready; exec sleep 300' >/lab/older 2>&1 &
    elsewhere="nsenter --time=/proc/$!/ns/time_for_children"
    until [ -s /lab/older ]; do sleep 0.1; done
    shift 2
fi
minibox run --rm --cidfile /lab/id "$@" lab/box grep ^0:: /proc/self/cgroup
cut -d. -f1 /proc/uptime >/lab/before
$elsewhere minibox run --rm "$@" lab/box sh -c 'echo up $(cut -d. -f1 /proc/uptime); echo clocks $(readlink /proc/self/ns/time)'
cut -d. -f1 /proc/uptime >/lab/after
