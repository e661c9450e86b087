#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A process of the lab host.
setsid sleep 31337 >/dev/null 2>&1 </dev/null &
echo $! >/lab/victim
