#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
naivebox rootfs /lab/rootfs
