#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
sh "$LAB_EXERCISE/attack.sh" --init
minibox rm -f reaper
sh "$LAB_EXERCISE/attack.sh"
