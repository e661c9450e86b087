#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container connects to a socket that has no file. "$@" are the arm's flags.
minibox run --rm "$@" lab/box /.minibox/probe abcli mb-secret
