#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Names that are digits: `-u 1000` means the id, never the user who is called that.
set -euo pipefail
cat >>etc/passwd <<'FILE'
1000:x:0:0:called 1000 and is root:/root:/bin/sh
2000:x:2001:2001:called 2000, id 2001:/home/app:/bin/sh
FILE
cat >>etc/group <<'FILE'
1000:x:0:
2000:x:2001:app
FILE
