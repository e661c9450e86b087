#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The probe's own lines are observations: one JSON object each. The first are keys and values already.
grep -E '^(\{|kept |parent |alone )' "$LAB_OUT"
sed -nE 's/^events:(oom[a-z_]*) ([0-9]+)$/\1 \2/p' "$LAB_OUT"
# What minibox has written down of them: whether they were killed for memory, and whether they run.
sed -nE 's/^\/?parent_record ([a-z]+) .*/parent_killed \1/p; s/^\/?alone_record ([a-z]+) .*/alone_killed \1/p' "$LAB_OUT"
sed -nE 's/^\/?neighbour_record [a-z]+ ([a-z]+)$/neighbour_runs \1/p' "$LAB_OUT"
