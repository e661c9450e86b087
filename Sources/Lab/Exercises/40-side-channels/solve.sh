#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run -d --name sender --network none lab/box /.minibox/probe psi-send 10110010 400
minibox run --rm --network none lab/box /.minibox/probe psi-recv 8 400
minibox run --rm --network none --proc=pids lab/box /.minibox/probe read /proc/pressure/cpu /proc/loadavg
