#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --name plain --network none lab/box mkdir /tmp/ok-dir /tmp/evil-dir
minibox events --since 1h --until 0s --filter container=plain --filter event=syscall
minibox run --rm --name watched --network none --seccomp-notify 'mkdir,refuse=evil-*' lab/box mkdir /tmp/ok-dir /tmp/evil-dir || true
minibox events --since 1h --until 0s --filter container=watched --filter event=syscall
