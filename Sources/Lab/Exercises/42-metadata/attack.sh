#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container asks for the machine's credentials, for those of its role, and for those of another, whose path it has learned.
# "$@" are the arm's flags.
minibox run -d --name mail --network bridge --task-role mail lab/box sleep 1000 >/dev/null
learned=$(minibox exec mail sh -c 'echo "$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"')
minibox run --rm -e LEARNED="$learned" "$@" lab/box sh -c '
    ask() { printf "GET $1 HTTP/1.1\r\n\r\n" | nc -w 3 169.254.170.2 80; echo; }
    /.minibox/probe tcli 169.254.169.254 80 1500
    [ -z "$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI" ] || ask "$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"
    ask "$LEARNED"'
