#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run -d --name server --network bridge -p 127.0.0.1:8080:80 lab/box /.minibox/probe tserve 80 hello 60
sleep 1
/run/lab/bin/minibox-probe tcli 127.0.0.1 8080
ip netns exec elsewhere /run/lab/bin/minibox-probe tcli 192.0.2.1 8080
