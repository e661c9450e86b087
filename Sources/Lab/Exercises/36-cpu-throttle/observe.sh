#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
number() { sed -n "s/^$1 \([0-9][0-9]*\)$/\1/p" "$LAB_OUT"; }
# How often the hog's group had to stand still, as the kernel has counted, and in how many of a hundred periods.
if [ -n "$(number nr_throttled)" ]; then
    echo nr_throttled "$(number nr_throttled)"
    if [ "$(number nr_periods)" -gt 0 ]; then
        echo throttled "$(($(number nr_throttled) * 100 / $(number nr_periods)))"
    fi
fi
# Of a hundred parts of what both have got, the victim's.
if [ -n "$(number victim_used)" ]; then
    echo victim "$(($(number victim_used) * 100 / ($(number victim_used) + $(number hog_used))))"
fi
