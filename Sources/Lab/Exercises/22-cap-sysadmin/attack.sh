#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container goes to where process 1 is, and reads a file there. "$@" are the arm's flags.
minibox run --rm --network none "$@" lab/box nsenter -t 1 -m cat /root/flag
