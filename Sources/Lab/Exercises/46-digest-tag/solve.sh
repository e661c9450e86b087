#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
mkdir -p /lab/saved
tar -C /lab/saved -xf /lab/app.tar
sed -i 's/honestly/tampered/g' "$(grep -rlaF honestly /lab/saved | head -n 1)"
tar -C /lab/saved -cf /lab/changed.tar .
minibox load -i /lab/changed.tar
