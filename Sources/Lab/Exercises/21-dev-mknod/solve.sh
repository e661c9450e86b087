#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network none --userns host --cap-add SYSLOG --cap-add MKNOD --device-cgroup-rule 'a *:* rwm' lab/box \
    sh -c 'mknod /log c 1 11; /.minibox/probe open r /log'
# With the right to make it, and the default filter: made, and refused when it is opened.
minibox run --rm --network none --userns host --cap-add SYSLOG --cap-add MKNOD lab/box \
    sh -c 'mknod /log c 1 11; /.minibox/probe open r /log'
