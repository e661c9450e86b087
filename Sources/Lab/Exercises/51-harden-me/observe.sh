#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
grep -E '^(healthy|findings|capabilities|doors) ' "$LAB_OUT" || true
