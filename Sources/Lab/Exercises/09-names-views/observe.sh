#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
case $(grep ^0:: "$LAB_OUT") in
0::/) echo path root ;;
0::/?*) echo path told ;;
*) echo path none ;;
esac
if grep -qF "$(cat /lab/id)" "$LAB_OUT"; then echo id told; else echo id hidden; fi
up=$(sed -n 's/^up \([0-9][0-9]*\)$/\1/p' "$LAB_OUT")
if [ -z "$up" ]; then echo uptime none
elif [ "$up" -ge "$(cat /lab/before)" ] && [ "$up" -le "$(cat /lab/after)" ]; then echo uptime shared
elif [ "$up" -ge $(($(cat /lab/before) + 100000)) ]; then echo uptime shifted
else echo uptime other
fi
if grep -qxF "clocks $(readlink /proc/self/ns/time)" "$LAB_OUT"; then echo clocks shared; else echo clocks own; fi
