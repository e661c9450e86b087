#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Symlinks that leave the root when they are followed by path.
set -euo pipefail
ln -s ../../../../../../etc up
ln -s /proc/1/root/etc through-proc
ln -s /proc/self/fd descriptors
ln -s loop loop
mkdir -p srv/deep
ln -s ../../../../../../../../tmp srv/deep/out
rm -rf etc/hostname etc/hosts etc/resolv.conf
ln -s ../../../../../../tmp/minibox-escaped-hostname etc/hostname
ln -s /proc/1/root/tmp/minibox-escaped-hosts etc/hosts
ln -s ../../../../../../../run/minibox-escaped-resolv.conf etc/resolv.conf
