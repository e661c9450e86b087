#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container mounts a file system at a volume, and leaves a file there. "$@" are the arm's flags.
minibox run -d --name mounter --network none "$@" lab/box \
    sh -c 'mount -t tmpfs none /mnt; touch /mnt/FROM-CONTAINER; echo done; exec sleep 60' >/dev/null
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
    minibox logs mounter 2>/dev/null | grep -q done && break
    sleep 0.2
done
