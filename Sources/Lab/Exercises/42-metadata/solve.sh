#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network open lab/box /.minibox/probe tcli 169.254.169.254 80
minibox run --rm --network bridge lab/box /.minibox/probe tcli 169.254.169.254 80
