#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The line that somebody has left, and what judges it.
cp "$LAB_EXERCISE/grade.sh" /lab/grade.sh
cat >/lab/flags <<'FLAGS'
--userns host
--pid host
--ipc host
--uts host
--cgroupns host
--cap-add SYS_ADMIN
--cap-add SYS_PTRACE
--cap-add DAC_READ_SEARCH
--cap-add NET_RAW
--security-opt seccomp=unconfined
--security-opt no-new-privileges=false
--security-opt systempaths=unconfined
--network host
--allow-sensitive
-v /etc:/srv/etc
-e API_TOKEN=4711
FLAGS
