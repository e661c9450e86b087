#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
naivebox run /lab/rootfs /.minibox/probe exes 4000 &
sleep 1
for process in $(pidof probe); do naivebox exec "$process" /bin/true; done
wait
minibox run -d --name watched --network none --userns host lab/box /.minibox/probe exes 4000
for times in 1 2 3 4 5 6; do minibox exec watched /bin/true; done
minibox wait watched
minibox logs watched
