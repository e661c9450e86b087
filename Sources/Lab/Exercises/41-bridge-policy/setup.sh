#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox network create --ipv6 --subnet 10.77.1.0/24 open >/dev/null
