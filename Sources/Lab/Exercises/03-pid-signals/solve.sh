#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
victim=$(cat /lab/victim)
# In a pid namespace of its own the number means nothing.
minibox run --rm lab/box kill -TERM "$victim" || true
minibox run --rm --userns host --pid host lab/box kill -TERM "$victim"
