#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
minibox volume create heap
minibox run -d --name writer --network none -v heap:/v --memory 64m lab/box sh -c 'dd if=/dev/zero of=/v/file bs=1M count=96; sleep 60'
sleep 5
minibox stats --no-stream writer
