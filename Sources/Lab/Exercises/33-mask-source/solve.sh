#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
naivebox run /lab/rootfs /.minibox/probe mount /proc/timer_list
minibox run --rm --network none lab/fakenull /.minibox/probe mount /proc/timer_list
