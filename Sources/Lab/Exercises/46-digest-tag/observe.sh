#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
if grep -q '^tampered' "$LAB_OUT"; then
    echo tampered ran
elif [ "$LAB_STATUS" != 0 ]; then
    echo tampered refused
fi
if grep -q '^by tag: .*honestly' "$LAB_OUT"; then echo tag same; else echo tag moved; fi
if grep -q '^by digest: honestly: hello' "$LAB_OUT"; then echo digest same; else echo digest moved; fi
