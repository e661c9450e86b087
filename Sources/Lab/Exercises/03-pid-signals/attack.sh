#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container ends a process of the lab host by its number. "$@" are the arm's flags.
minibox run --rm "$@" lab/box sh -c 'echo ran; kill -TERM "$1"' sh "$(cat /lab/victim)"
