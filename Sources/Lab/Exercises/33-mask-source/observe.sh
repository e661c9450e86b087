#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
case $(sed -n 's/.*"what":"\/proc\/timer_list".*"root":"\([^"]*\)".*/\1/p' "$LAB_OUT") in
    /null) echo mask null ;;
    ?*) echo mask other ;;
esac
grep '"root"' "$LAB_OUT" || true
