#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
charged=$(sed -n 's/^\([0-9][0-9]*\)$/\1/p' "$LAB_OUT")
if [ -n "$charged" ]; then echo "charged $((charged >> 20))"; fi
