#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
process=$(minibox inspect --format '{{.State.Pid}}' writer)
echo "outside $(awk '/^Uid:/ {print $2}' "/proc/$process/status")"
echo "owner $(stat -c %u /var/lib/minibox/volumes/data/_data/file)"
