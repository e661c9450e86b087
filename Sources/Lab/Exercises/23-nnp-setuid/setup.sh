#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# An image with a program of root's that is setuid.
mkdir -p /lab/suid/etc
cp /run/lab/bin/minibox-probe /lab/suid/raise
chmod 4755 /lab/suid/raise
printf 'root:x:0:0:root:/:/raise\nstudent:x:1000:1000::/:/raise\n' >/lab/suid/etc/passwd
tar -C /lab/suid -cf - . | minibox import - lab/suid >/dev/null
