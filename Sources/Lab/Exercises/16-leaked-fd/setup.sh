#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Somebody in the lab host who hands an open directory to whoever asks over a socket, and a volume in which the socket is.
minibox volume create handed >/dev/null
mkdir -p /lab/given
socket=$(minibox volume inspect --format '{{.Mountpoint}}' handed)/socket
/run/lab/bin/minibox-probe fd-hand "$socket" /lab/given 300 >/lab/hander 2>&1 </dev/null &
until [ -s /lab/hander ]; do sleep 0.1; done
