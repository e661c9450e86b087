#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run -d --name sender --network none lab/box /.minibox/probe pty-send 10110010
until minibox logs sender | grep -q result; do sleep 0.1; done
minibox run --rm --network none lab/box /.minibox/probe pty-recv 8
minibox rm -f sender
# The same by load: on a machine that has nothing else to do.
minibox run -d --name sender --network none lab/box /.minibox/probe psi-send 10110010 400
minibox run --rm --network none lab/box /.minibox/probe psi-recv 8 400
minibox run --rm --network none --proc=pids lab/box /.minibox/probe read /proc/pressure/cpu /proc/loadavg /proc/sys/kernel/pty/nr
