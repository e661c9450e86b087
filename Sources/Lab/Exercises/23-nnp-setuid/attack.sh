#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# User 1000 runs a program that is setuid root. "$@" are the arm's flags.
minibox run --rm --network none -u 1000 "$@" lab/suid /raise suid-id
