#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
cp /lab/flags /lab/left
# Nothing of the line is needed, and more can be given up.
printf '%s\n' '--network none' '--user 1000' '--read-only' '--tmpfs /tmp' '--cap-drop ALL' >/lab/flags
sh /lab/grade.sh
# As it was left.
cp /lab/left /lab/flags
sh /lab/grade.sh
