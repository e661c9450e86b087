#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The container is put into the host's UTS namespace, with the right to name it there.
hostname
minibox run --rm --userns host --uts host --cap-add SYS_ADMIN lab/box hostname pwned
hostname
# With a UTS namespace of its own it names itself.
minibox run --rm --userns host --cap-add SYS_ADMIN lab/box sh -c 'hostname mine; hostname'
hostname
