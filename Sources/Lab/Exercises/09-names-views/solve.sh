#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
sh "$LAB_EXERCISE/attack.sh"
rm /lab/id
sh "$LAB_EXERCISE/attack.sh" --userns host --cgroupns host
