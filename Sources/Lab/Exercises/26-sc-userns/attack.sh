#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container makes user namespaces, in three ways. "$@" are the arm's flags.
minibox run --rm --network none "$@" lab/box /.minibox/probe userns
