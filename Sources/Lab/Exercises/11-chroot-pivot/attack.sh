#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A program leaves its root, if it can. The arm's flags are the runtime's name, or flags of minibox.
if [ "${1-}" = naivebox ]; then
    naivebox rootfs /lab/jail
    naivebox run /lab/jail /.minibox/probe chrootesc /root/flag
else
    minibox run --rm "$@" lab/box /.minibox/probe chrootesc /root/flag
fi
