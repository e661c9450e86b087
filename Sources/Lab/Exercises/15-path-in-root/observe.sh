#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
echo "outside $(find /lab/outside -type f | wc -l)"
if grep -qx tried "$LAB_OUT"; then echo tried yes; fi
