#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network open lab/box /.minibox/probe tcli 169.254.169.254 80
minibox run --rm --network bridge lab/box /.minibox/probe tcli 169.254.169.254 80
# One container of a network that refuses, and a task that has its own credentials.
minibox run --rm --network narrow --metadata open lab/box /.minibox/probe tcli 169.254.169.254 80
minibox run --rm --network bridge --userns host -v /run/roles/billing.sock:/run/role.sock lab/box /.minibox/probe uc /run/role.sock
