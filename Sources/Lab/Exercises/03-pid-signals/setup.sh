#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
setsid sleep 31003 >/dev/null 2>&1 </dev/null &
echo $! >/lab/victim
