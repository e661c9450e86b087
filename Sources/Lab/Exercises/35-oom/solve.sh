#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox run --name eater --network none --memory 48m --memory-swap 48m lab/box /.minibox/probe mem 128
minibox why eater
