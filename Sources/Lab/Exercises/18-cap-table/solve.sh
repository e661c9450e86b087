#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# With all capabilities and the host's users, each opens its own calls.
minibox run --rm --network none --userns host --cap-add ALL lab/box /.minibox/probe reach --alone SYS_TIME SYS_BOOT SYSLOG MKNOD
# By default none of them is there.
minibox run --rm --network none lab/box /.minibox/probe reach --alone SYS_TIME SYS_BOOT SYSLOG MKNOD
# One capability is one door.
minibox run --rm --network none --userns host --cap-drop ALL --cap-add NET_RAW lab/box /.minibox/probe reach NET_RAW SYS_TIME
