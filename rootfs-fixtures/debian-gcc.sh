#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# base: debian
# packages: gcc-12 cpp-12 libgcc-12-dev libc6-dev linux-libc-dev binutils-x86-64-linux-gnu binutils-common libbinutils
# packages: libctf0 libctf-nobfd0 libisl23 libmpc3 libmpfr6 libgmp10 libjansson4
# Debian with a C compiler, which is unpacked and not set up: dpkg does not know of it.
set -euo pipefail
for package in $PACKAGES; do
    dpkg-deb --fsys-tarfile "$package" |
        tar -xp --exclude='./usr/share/*' --exclude='*/lto*' --exclude='*/g++-mapper-server' --keep-directory-symlink
done
ln -s gcc-12 usr/bin/gcc
ln -s gcc usr/bin/cc
for tool in ar as ld nm objcopy objdump ranlib readelf strip; do
    [ -e "usr/bin/$tool" ] || ln -s "x86_64-linux-gnu-$tool" "usr/bin/$tool"
done
