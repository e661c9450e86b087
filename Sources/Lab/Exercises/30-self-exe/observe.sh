#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The visitors' programs: a file of the host's is one that is neither sealed, nor the container's own.
if grep '"probe":"exes","pid"' "$LAB_OUT" | grep -vE '"link":"(/bin/busybox|/bin/true|/.minibox/probe|)"' | grep -q '"seals":-1'; then
    echo helper plain
elif grep '"probe":"exes","pid"' "$LAB_OUT" | grep -q '"seals":[1-9]'; then
    echo helper sealed
elif grep -q READY "$LAB_OUT"; then
    echo helper hidden
fi
