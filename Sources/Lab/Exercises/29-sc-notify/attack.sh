#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container makes two directories. "$@" are the arm's flags.
minibox volume create made >/dev/null
minibox run --rm --name maker --network none -v made:/t "$@" lab/box sh -c 'mkdir /t/ok-dir /t/evil-dir; true'
