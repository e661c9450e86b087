#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A word of a layer is changed in the saved image, which is then run. "$@" are the arm's flags; naivebox stands for itself.
mkdir -p /lab/saved
tar -C /lab/saved -xf /lab/app.tar
layer=$(grep -rlaF honestly /lab/saved | head -n 1)
sed -i 's/honestly/tampered/g' "$layer"
tar -C /lab/saved -cf /lab/changed.tar .
# The tag is moved to another image, whose name by digest says so.
digest=$(minibox images --digests --format '{{.Repository}} {{.Digest}}' | sed -n 's/^app //p')
minibox tag app app:kept
minibox tag lab/box app
echo "by tag: $(minibox run --rm --network none app /bin/sh /greet 2>&1)"
echo "by digest: $(minibox run --rm --network none "app@$digest" /bin/sh /greet 2>&1)"
minibox rmi -f app app:kept >/dev/null

if [ "${1-}" = naivebox ]; then
    naivebox rootfs /lab/rootfs
    naivebox unpack "$layer" /lab/rootfs
    naivebox run /lab/rootfs /bin/sh /greet
else
    minibox load -i /lab/changed.tar && minibox run --rm --network none "$@" app /bin/sh /greet
fi
