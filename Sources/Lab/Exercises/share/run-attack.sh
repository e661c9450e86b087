#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs the attack of an exercise with an arm's flags, and keeps what it prints in /lab/out for the observer.
mkdir -p /lab
timeout 120 /bin/sh "$LAB_EXERCISE/attack.sh" "$@" >/lab/out 2>/lab/err </dev/null
status=$?
cat /lab/out
cat /lab/err >&2
exit "$status"
