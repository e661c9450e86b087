#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run -d --name alpha lab/box /.minibox/probe abserve mb-secret "$LAB_FLAG" 300 >/dev/null
for attempt in $(seq 50); do minibox exec alpha grep -q @mb-secret /proc/net/unix && break; sleep 0.1; done
minibox exec -d alpha /.minibox/probe tserve 8080 "$LAB_FLAG" 300
for attempt in $(seq 50); do minibox exec alpha /.minibox/probe tcli 127.0.0.1 8080 | grep -q '"OK"' && exit; sleep 0.1; done
exit 1
