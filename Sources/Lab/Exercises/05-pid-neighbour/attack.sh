#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container looks into a process of the lab host. "$@" are the arm's flags.
minibox run --rm "$@" lab/box sh -c '
    echo ran
    echo "argv: $(tr "\0" " " <"/proc/$1/cmdline")"
    echo "environ: $(tr "\0" " " <"/proc/$1/environ")"
    echo "root: $(cat "/proc/$1/root/root/flag")"' sh "$(cat /lab/victim)"
