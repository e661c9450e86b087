#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
sh "$LAB_EXERCISE/attack.sh"
sh "$LAB_EXERCISE/observe.sh"
minibox rm -f writer
sh "$LAB_EXERCISE/attack.sh" --userns host
sh "$LAB_EXERCISE/observe.sh"
