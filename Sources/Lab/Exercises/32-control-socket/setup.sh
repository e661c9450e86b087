#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A service that answers everybody, and one that answers those of its own mount namespace.
/run/lab/bin/minibox-probe userve /run/control.sock "$LAB_FLAG" 120 >/dev/null 2>&1 </dev/null &
/run/lab/bin/minibox-probe userve /run/own.sock "$LAB_FLAG" 120 own >/dev/null 2>&1 </dev/null &
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
    [ -S /run/control.sock ] && [ -S /run/own.sock ] && break
    sleep 0.1
done
