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
echo "second $(box /bin/sh -c 'cat /etc/marker 2>/dev/null || echo clean')"
