#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
sh "$LAB_EXERCISE/attack.sh"
rm /lab/id
sh "$LAB_EXERCISE/attack.sh" --userns host --cgroupns host
# A day, three hours and some minutes older.
unshare --user --map-root-user --time --boottime 100000 --fork --kill-child sh -c 'echo ready; exec sleep 300' >/lab/older &
until [ -s /lab/older ]; do sleep 0.1; done
nsenter --time=/proc/$!/ns/time_for_children minibox run --rm lab/box uptime
