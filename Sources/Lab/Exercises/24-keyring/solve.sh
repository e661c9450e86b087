#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
/run/lab/bin/minibox-probe keyput lab-key "$(cat /root/flag)" minibox run --rm --network none --userns host \
    --security-opt seccomp=unconfined --security-opt keyring=inherit lab/box /.minibox/probe keyget lab-key
