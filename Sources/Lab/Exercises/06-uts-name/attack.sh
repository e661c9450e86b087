#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container sets the name of the host. "$@" are the arm's flags.
minibox run --rm "$@" lab/box hostname pwned
