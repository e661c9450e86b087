#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# A working directory that is a file, and commands that cannot be executed, each for a reason of its own.
set -euo pipefail
echo "a file" >workdir
printf '#!/bin/sh\necho never\n' >bin/notexec
chmod 644 bin/notexec
mkdir bin/folder
printf '#!/bin/none\n' >bin/no-interpreter
printf '\177ELF garbage' >bin/not-a-program
: >bin/empty
printf 'echo no interpreter line\n' >bin/no-shebang
chmod 755 bin/no-interpreter bin/not-a-program bin/empty bin/no-shebang
ln -s /nowhere bin/dangling
