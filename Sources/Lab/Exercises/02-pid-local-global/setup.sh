#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A process of the lab host that a container is not to see.
setsid sleep 31337 >/dev/null 2>&1 </dev/null &
