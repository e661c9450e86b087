#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
if grep -q '^tampered' "$LAB_OUT"; then
    echo tampered ran
elif [ "$LAB_STATUS" != 0 ]; then
    echo tampered refused
fi
