#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container connects to a socket that has no file. "$@" are the arm's flags.
minibox run --rm "$@" lab/box sh -c '
    /.minibox/probe abcli mb-secret
    /.minibox/probe tcli 127.0.0.1 8080
    echo "names $(grep -c @ /proc/net/unix)"'
