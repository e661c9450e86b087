#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
naivebox unpack /lab/evil.tar /lab/root || true
find /lab/outside -type f
minibox import /lab/evil.tar lab/evil || true
