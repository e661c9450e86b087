#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
number() { sed -n "s/^$1 \(-*[0-9][0-9]*\)$/\1/p" "$LAB_OUT"; }
if [ -n "$(number charged)" ]; then echo charged "$(($(number charged) >> 20))"; fi
# In megabytes: what the writer's group has that waits to be written, and by how much the machine's is more, in another container.
if [ -n "$(number dirty_own)" ]; then echo dirty_own "$(($(number dirty_own) >> 20))"; fi
if [ -n "$(number dirty_seen)" ]; then echo dirty_seen "$(($(number dirty_seen) >> 10))"; fi
