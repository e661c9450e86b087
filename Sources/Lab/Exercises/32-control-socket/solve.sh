#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network none --userns host -v /run/control.sock:/s lab/box /.minibox/probe uc /s
minibox run --rm --network none --userns host -v /run/own.sock:/s lab/box /.minibox/probe uc /s
