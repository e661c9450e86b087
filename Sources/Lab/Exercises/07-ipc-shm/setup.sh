#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run -d --name alpha --ipc shareable lab/box /.minibox/probe shmput 19778 "$LAB_FLAG" 300 >/dev/null
for attempt in $(seq 50); do minibox logs alpha | grep -q READY && exit; sleep 0.1; done
exit 1
