#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
for wall in argv environ root; do
    if grep "^$wall: " "$LAB_OUT" | grep -qF "$LAB_FLAG"; then echo "$wall read"; else echo "$wall unread"; fi
done
if grep -qx ran "$LAB_OUT"; then echo ran yes; else echo ran no; fi
