#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Account files with lines that a careless reader trips over.
set -euo pipefail
{
    echo "short:x"
    echo "negative:x:-1:-1::/:/bin/sh"
    echo "huge:x:99999999999999999999:0::/:/bin/sh"
    echo "last-id:x:4294967295:0::/:/bin/sh"
    echo ":x:0:0:no name:/:/bin/sh"
    echo
    echo "# a comment"
    head -c 100000 /dev/zero | tr '\0' 'a'
    echo ":x:0:0::/:/bin/sh"
    echo "fine:x:77:78::/home/app:/bin/sh"
    printf 'unfinished:x:79:79::/home/app:/bin/sh'
} >>etc/passwd
rm etc/group
