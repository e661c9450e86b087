#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network open lab/box /.minibox/probe tcli 169.254.169.254 80
minibox run --rm --network bridge lab/box /.minibox/probe tcli 169.254.169.254 80
# One container of a network that refuses, and a task that has its own credentials.
minibox run --rm --network narrow --metadata open lab/box /.minibox/probe tcli 169.254.169.254 80
minibox run --rm --network bridge --task-role billing lab/box sh -c '
    printf "GET $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI HTTP/1.1\r\n\r\n" | nc -w 3 169.254.170.2 80'
