#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
case $(cat "$LAB_OUT") in
0::/) echo path root ;;
0::/?*) echo path told ;;
*) echo path none ;;
esac
if grep -qF "$(cat /lab/id)" "$LAB_OUT"; then echo id told; else echo id hidden; fi
