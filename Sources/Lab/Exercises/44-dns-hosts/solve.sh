#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --rm --network none --userns host -v /etc/hosts:/etc/hosts lab/box sh -c 'echo "203.0.113.66 bank.example" >>/etc/hosts'
cat /etc/hosts
