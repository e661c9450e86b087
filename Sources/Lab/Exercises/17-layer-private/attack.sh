#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# One container changes its root, another looks. The arm's flags are the runtime's name, or flags of minibox.
if [ "${1-}" = naivebox ]; then
    naivebox rootfs /lab/jail
    box() { naivebox run /lab/jail "$@"; }
else
    box() { minibox run --rm lab/box "$@"; }
fi
echo "first $(box /bin/sh -c 'echo tampered >/etc/marker; cat /etc/marker')"
if [ "${1-}" != naivebox ]; then
    # What a container has changed, and deleted, is kept beside the image; what is to be shared is a volume.
    minibox run --name changer -v both:/v lab/box /bin/sh -c 'echo x >/etc/marker; rm /etc/group; echo x >/v/it'
    minibox diff changer
    if [ "$(minibox run --rm -v both:/v lab/box cat /v/it)" = x ]; then echo volume shared; fi
    minibox run --rm --read-only lab/box touch /etc/marker || echo readonly refused
fi
echo "second $(box /bin/sh -c 'cat /etc/marker 2>/dev/null || echo clean')"
