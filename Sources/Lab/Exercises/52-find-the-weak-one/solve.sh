#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# What is open in each, by the kernel's word; the one with a line more is it.
for box in 1 2 3 4 5; do
    echo "box-$box: $(minibox audit "box-$box" | sed -nE 's/^ +(high|medium|low) +(A[0-9]+) .*/\2/p' | sort | tr '\n' ' ')"
done
for box in 1 2 3 4 5; do sh /lab/name.sh "box-$box" && break; done
# The same as a check of its own sees it.
minibox rm -f box-1 box-2 box-3 box-4 box-5 >/dev/null
sh "$LAB_EXERCISE/attack.sh" --cap-add SYS_PTRACE
