#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container makes the device of the kernel's log and opens it. "$@" are the arm's flags.
minibox run --rm --network none --cap-add SYSLOG "$@" lab/box sh -c '
    mknod /log c 1 11
    if [ -c /log ]; then echo made yes; else echo made no; fi
    /.minibox/probe open r /log'
