#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
sh "$LAB_EXERCISE/attack.sh"
sh "$LAB_EXERCISE/attack.sh" naivebox
