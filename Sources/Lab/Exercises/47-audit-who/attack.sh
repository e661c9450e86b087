#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Three commands are carried out, and one record of them is taken away. The word says which log: of lines, or the engine's.
minibox run --rm --name good --network none lab/box true
minibox run --rm --name evil --network none --privileged lab/box true
minibox run --rm --name later --network none lab/box true
log=/var/lib/minibox/audit/log
[ -s "$log" ] || { echo "no log"; exit 1; }
if [ "$1" = plain ]; then
    # The same records as a log of lines has them: nothing of the one before.
    sed -E 's/"(previous|hash|n)":("[0-9a-f]*"|[0-9]+),?//g' "$log" >/lab/plain
    before=$(wc -l </lab/plain)
    sed -i '/"evil"/d' /lab/plain
    echo "records $before $(wc -l </lab/plain)"
    # All that can be asked of such a log: whether each line is a record.
    if grep -qv '^{.*}$' /lab/plain; then echo edit noticed; else echo edit unnoticed; fi
else
    minibox audit verify && echo before unbroken
    before=$(wc -l <"$log")
    case $1 in
        chained) sed '/"evil"/d' "$log" >/lab/edited && cat /lab/edited >"$log" ;;
        shortened) head -n -1 "$log" >/lab/edited && cat /lab/edited >"$log" ;;
    esac
    echo "records $before $(wc -l <"$log")"
    if minibox audit verify; then echo edit unnoticed; else echo edit noticed; fi
fi
