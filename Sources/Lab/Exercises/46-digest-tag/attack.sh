#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A word of a layer is changed in the saved image, which is then run. "$@" are the arm's flags; naivebox stands for itself.
mkdir -p /lab/saved
tar -C /lab/saved -xf /lab/app.tar
layer=$(grep -rlaF honestly /lab/saved | head -n 1)
sed -i 's/honestly/tampered/g' "$layer"
tar -C /lab/saved -cf /lab/changed.tar .
if [ "${1-}" = naivebox ]; then
    naivebox rootfs /lab/rootfs
    naivebox unpack "$layer" /lab/rootfs
    naivebox run /lab/rootfs /bin/sh /greet
else
    minibox rmi -f app >/dev/null
    minibox load -i /lab/changed.tar && minibox run --rm --network none "$@" app /bin/sh /greet
fi
