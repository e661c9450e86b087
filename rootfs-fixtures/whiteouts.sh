#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Names that mean a deletion in an OCI layer; an imported root has nothing below it to delete.
set -euo pipefail
echo kept >etc/motd
: >etc/.wh.gone
mkdir opaque
echo kept >opaque/kept
: >opaque/.wh..wh..opq
: >.wh.nothing
