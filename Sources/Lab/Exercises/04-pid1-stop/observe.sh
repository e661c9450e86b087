#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
grep -E '^(zombies|ended) [0-9]+$' "$LAB_OUT"
