#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm lab/box /.minibox/probe shmget 19778
minibox run --rm --ipc container:alpha lab/box /.minibox/probe shmget 19778
