#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The lab host traces a container, and the container tries to trace a process of the lab host. "$@" are the arm's flags.
victim=$(cat /lab/victim)
minibox trace -o /lab/trace -- run --rm --network none lab/box cat /data/planted
minibox run --rm --network none "$@" lab/box /.minibox/probe ptr "$victim"
