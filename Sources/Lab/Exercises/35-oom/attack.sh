#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container touches 128 MB. "$@" are the arm's flags.
minibox run --rm --network none "$@" lab/box /.minibox/probe mem 128
status=$?
[ $status != 137 ] || echo '{"probe":"mem","result":"KILLED"}'
