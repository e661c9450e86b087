#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network none --userns host --cgroupns host --cap-add SYS_ADMIN lab/box /.minibox/probe release-agent --open-only
minibox run --rm --network none lab/box /.minibox/probe release-agent --open-only
