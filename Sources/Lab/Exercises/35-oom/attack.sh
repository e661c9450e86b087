#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container puts 16 MB into a file in memory, and a child of its program touches 128 MB; another is one program that touches
# them itself; a third has no part in it. "$@" are the arm's flags.
minibox run -d --name neighbour --network none lab/box sleep 600 >/dev/null
minibox run --name parent --network none "$@" lab/box sh -c '
    dd if=/dev/zero of=/dev/shm/kept bs=1M count=16 2>/dev/null
    /.minibox/probe mem 128
    echo kept $(($(wc -c </dev/shm/kept) >> 20))
    # Without a limit nobody has asked for the controller, and there is nothing that it could count.
    cd /sys/fs/cgroup && [ ! -e memory.events ] || sed -nE "s/^(oom|oom_kill|oom_group_kill) /events:&/p" memory.events'
echo "parent $?"
minibox run --name alone --network none "$@" lab/box dd if=/dev/zero of=/dev/null bs=128M count=1
echo "alone $?"
minibox inspect --format '{{.Name}}_record {{.State.OOMKilled}} {{.State.Running}}' parent alone neighbour
