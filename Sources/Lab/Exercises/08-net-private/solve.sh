#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm lab/box /.minibox/probe abcli mb-secret
minibox run --rm --network container:alpha lab/box /.minibox/probe abcli mb-secret
