#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Makes a fresh lab host ready: the link that is up, and the image lab/box, from a busybox without libraries and the probe.
set -eu

ip link set lo up 2>/dev/null || /lab/busybox ip link set lo up
[ -x /lab/busybox ] || { echo "no static busybox: install busybox-static, or set MINIBOX_LAB_BOX" >&2; exit 1; }

box=/tmp/box
mkdir -p "$box/bin" "$box/etc" "$box/tmp" "$box/root" "$box/data" "$box/.minibox" /lab
chmod 1777 "$box/tmp"
cp /lab/busybox "$box/bin/busybox"
"$box/bin/busybox" --install "$box/bin"
rm -f "$box/bin/su" "$box/bin/passwd" "$box/bin/login"
printf 'root:x:0:0:root:/root:/bin/sh\nstudent:x:1000:1000::/tmp:/bin/sh\n' >"$box/etc/passwd"
printf 'root:x:0:\nstudent:x:1000:\n' >"$box/etc/group"
if [ -x /run/lab/bin/minibox-probe ]; then
    cp /run/lab/bin/minibox-probe "$box/.minibox/probe"
fi
tar -C "$box" -cf - . | minibox import - lab/box >/dev/null
rm -r "$box"
