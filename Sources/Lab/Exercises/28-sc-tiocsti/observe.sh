#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
if [ -e /lab/typed ]; then echo typed yes; else echo typed no; fi
sed -n 's/.*\({"probe":"sti".*}\).*/\1/p' "$LAB_OUT"
