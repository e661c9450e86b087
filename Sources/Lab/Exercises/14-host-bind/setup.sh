#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
sha256sum </etc/passwd >/lab/passwd-before
