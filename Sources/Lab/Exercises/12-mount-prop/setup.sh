#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A directory of the lab host that is a mount, and shared, as systemd makes all of them.
mkdir -p /lab/shared
mount --bind /lab/shared /lab/shared
mount --make-rshared /lab/shared
