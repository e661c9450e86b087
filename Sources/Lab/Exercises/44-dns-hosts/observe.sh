#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
if grep -q 203.0.113.66 /etc/hosts; then echo hosts changed; else echo hosts same; fi
grep -E '^(near|far) (known|unknown)$' "$LAB_OUT" || true
