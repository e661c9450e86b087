#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox network create --subnet 10.77.0.0/24 -o antispoof=off lab
minibox run -d --name server --network lab --ip 10.77.0.3 lab/box /.minibox/probe tserve 80 hello 60
minibox run -d --name victim --network lab --ip 10.77.0.2 lab/box sleep 60
sleep 1
minibox exec victim /.minibox/probe tcli 10.77.0.3 80
minibox exec victim cat /proc/net/arp
minibox run --rm --network lab --ip 10.77.0.4 --cap-add NET_RAW lab/box /.minibox/probe arp eth0 10.77.0.3
minibox exec victim cat /proc/net/arp
