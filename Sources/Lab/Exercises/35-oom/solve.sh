#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A child is killed, and the rest goes on, with what lay in memory.
minibox run --name parent --network none --memory 48m --memory-swap 48m lab/box \
    sh -c '/.minibox/probe mem 128; cat /sys/fs/cgroup/memory.events'
# The program itself is killed, and minibox says so afterwards.
minibox run --name alone --network none --memory 48m --memory-swap 48m lab/box dd if=/dev/zero of=/dev/null bs=128M count=1
minibox inspect --format '{{.State.OOMKilled}}' alone
minibox why alone
