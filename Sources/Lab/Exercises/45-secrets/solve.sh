#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
cat /run/lab/exercise/weak.Dockerfile
sh /run/lab/exercise/attack.sh weak
grep -rlaF "$(cat /root/flag)" /lab/image
