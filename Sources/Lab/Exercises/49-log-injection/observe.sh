#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
if grep -q all.is.well "$LAB_OUT"; then
    echo "escapes $(tr -dc '\033\007' <"$LAB_OUT" | wc -c)"
    echo "records $(find /var/lib/minibox -name '*.log' -exec cat {} + | grep -c '"stream"')"
fi
