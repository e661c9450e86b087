#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# packages: nginx nginx-common libc6 libcrypt1 libpcre2-8-0 libssl3 zlib1g
# Debian's nginx and the libraries that it needs, on the busybox root: a server that begins as root and goes on as another user.
set -euo pipefail
for package in $PACKAGES; do dpkg-deb --fsys-tarfile "$package" | tar -xp --exclude='./usr/share/doc' --exclude='./usr/share/man'; done
# What its packages' scripts would do.
ln -s ../sites-available/default etc/nginx/sites-enabled/default
mkdir -p var/www/html run
cp usr/share/nginx/html/index.html var/www/html/
echo 'www-data:x:33:33::/var/www:/bin/false' >>etc/passwd
echo 'www-data:x:33:' >>etc/group
