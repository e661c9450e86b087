#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
script -qec "naivebox run /lab/rootfs /.minibox/probe sti 'touch /lab/typed'; timeout --foreground 2 /bin/sh" /dev/null </dev/null
ls -l /lab/typed
