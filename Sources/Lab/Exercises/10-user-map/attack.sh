#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A container's root writes into a volume, and stays. "$@" are the arm's flags.
minibox run -d --name writer -v data:/v "$@" lab/box sh -c 'echo it >/v/file; exec sleep 1000' >/dev/null
for attempt in $(seq 50); do [ -e /var/lib/minibox/volumes/data/_data/file ] && break; sleep 0.1; done
