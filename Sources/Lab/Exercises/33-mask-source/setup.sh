#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
[ -e /proc/timer_list ] || { echo "this kernel has no /proc/timer_list"; exit 77; }
naivebox rootfs /lab/rootfs
ln -s /proc/sys/kernel/core_pattern /lab/rootfs/dev/null
tar -C /lab/rootfs -cf - . | minibox import - lab/fakenull >/dev/null
