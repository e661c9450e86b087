#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Five containers, the third with the arm's flags, "$@": which of them has more open than another?
for box in 1 2 3 4 5; do
    if [ $box = 3 ]; then minibox run -d --name "box-$box" --network none "$@" lab/box sleep 300 >/dev/null
    else minibox run -d --name "box-$box" --network none lab/box sleep 300 >/dev/null; fi
    minibox audit "box-$box" | sed -nE 's/^ +(high|medium|low) +(A[0-9]+) .*/\2/p' | sort | tr '\n' ' ' >"/lab/audit-$box"
done
usual=$(sort /lab/audit-* | uniq -c | sort -rn | head -n 1 | sed 's/^ *[0-9]* //')
odd=0
found=no
for box in 1 2 3 4 5; do
    if [ "$(cat "/lab/audit-$box")" != "$usual" ]; then
        odd=$((odd + 1))
        [ $box = 3 ] && found=yes
    fi
done
echo "odd $odd"
echo "found $found"
minibox rm -f box-1 box-2 box-3 box-4 box-5 >/dev/null
