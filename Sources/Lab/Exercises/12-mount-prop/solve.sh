#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run -d --name mounter --network none --userns host --cap-add SYS_ADMIN --rootfs-propagation rshared \
    -v /lab/shared:/mnt:rshared lab/box sh -c 'mount -t tmpfs none /mnt; touch /mnt/FROM-CONTAINER; sleep 60'
sleep 1
ls /lab/shared
grep /lab/shared /proc/self/mountinfo
