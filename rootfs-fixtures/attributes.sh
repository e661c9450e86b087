#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# What a layer has to carry besides contents: capabilities, modes, links, attributes, special files, long names.
set -euo pipefail
PATH=$PATH:/usr/sbin:/sbin
cp bin/busybox bin/with-capability
setcap cap_net_bind_service=ep bin/with-capability
cp bin/busybox bin/setuid
chown 1000:1000 bin/setuid
chmod 6755 bin/setuid
mkdir data
echo linked >data/first
ln data/first data/second
ln data/first data/third
setfattr -n user.colour -v blue data/first
setfattr -n user.binary -v 0x00ff00 data/first
mkfifo -m 640 data/fifo
mknod -m 600 data/null c 1 3
mkdir -m 3770 data/sticky
chown 1000:50 data/sticky
truncate -s 1M data/sparse
long=$(printf 'n%.0s' $(seq 200))
mkdir "data/$long"
echo long >"data/$long/$long"
ln -s "/data/$long/$long" data/long-link
echo unicode >"data/zażółć gęślą"
printf 'newline' >"data/new
line"
