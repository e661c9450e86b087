#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container opens release_agent of a hierarchy of cgroup v1, and writes nothing. "$@" are the arm's flags.
minibox run --rm --network none "$@" lab/box /.minibox/probe release-agent --open-only
