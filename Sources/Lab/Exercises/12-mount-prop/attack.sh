#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container mounts a file system at a volume, and leaves a file there. "$@" are the arm's flags; without a volume among them it
# gets /lab/shared as anybody would write it. The word nine is for each propagation of the root with each of the volume.
if [ "${1-}" = nine ]; then
    shift
    for root in rprivate rslave rshared; do
        for volume in rprivate rslave rshared; do
            place=/lab/$root-$volume
            mkdir "$place"
            mount --bind "$place" "$place"
            mount --make-rshared "$place"
            # What a mount has spread to stays when the container is gone.
            minibox run --rm --network none --rootfs-propagation "$root" -v "$place:/mnt:$volume" "$@" lab/box \
                sh -c 'mount -t tmpfs none /mnt && touch /mnt/FROM-CONTAINER && echo "tried $1"' sh "$root+$volume"
            if grep -q " $place .* tmpfs none " /proc/self/mountinfo; then echo "leak $root+$volume"; fi
        done
    done
    exit
fi
case "$*" in
    *"/lab/shared:"*) ;;
    *) set -- -v /lab/shared:/mnt "$@" ;;
esac
minibox run -d --name mounter --network none "$@" lab/box \
    sh -c 'mount -t tmpfs none /mnt; touch /mnt/FROM-CONTAINER; echo done; exec sleep 60' >/dev/null
for attempt in $(seq 75); do
    minibox logs mounter 2>/dev/null | grep -q done && break
    sleep 0.2
done
minibox logs mounter
