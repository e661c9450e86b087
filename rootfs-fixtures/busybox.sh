#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The busybox root: Debian's busybox-static with its applets, four users and the usual folders. Runs in an empty folder.
set -euo pipefail
umask 022

mkdir -p bin sbin usr/bin usr/sbin etc proc sys dev run var/log var/tmp root home/app tmp
install -m 755 "$(command -v busybox)" bin/busybox
bin/busybox --list-full | while read -r applet; do
    [ -e "$applet" ] || { mkdir -p "$(dirname "$applet")"; ln -s /bin/busybox "$applet"; }
done
chmod 1777 tmp var/tmp
chmod 700 root
chown 1000:1000 home/app

cat >etc/passwd <<'FILE'
root:x:0:0:root:/root:/bin/sh
daemon:x:1:1:daemon:/usr/sbin:/bin/false
app:x:1000:1000:app:/home/app:/bin/sh
nobody:x:65534:65534:nobody:/nonexistent:/bin/false
FILE
cat >etc/group <<'FILE'
root:x:0:
daemon:x:1:
tty:x:5:
audio:x:29:app
staff:x:50:app
app:x:1000:
nobody:x:65534:
FILE
