#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What the container saw, and how many numbers its program has as the lab host sees it.
if grep -q 'sleep 31337' "$LAB_OUT"; then echo victim seen; else echo victim hidden; fi
for process in /proc/[0-9]*; do
    case $(tr '\0' ' ' <"$process/cmdline" 2>/dev/null) in
    "sleep 4711 ")
        line=$(sed -n 's/^NSpid:[[:space:]]*//p' "$process/status")
        set -- $line
        echo "numbers $#"
        while [ $# -gt 1 ]; do shift; done
        echo "first $1"
        echo "line $line"
        ;;
    esac
done
