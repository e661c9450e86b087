#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run -d --name server --network open lab/box /.minibox/probe tserve 80 hello 60
sleep 1
minibox exec server ip addr show eth0
address=$(minibox exec server ip -4 addr show eth0 | sed -n 's/.*inet \([0-9.]*\).*/\1/p')
minibox run --rm --network open lab/box /.minibox/probe tcli "$address" 80
