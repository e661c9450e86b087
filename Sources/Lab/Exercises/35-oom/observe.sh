#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# The probe's own lines are observations: one JSON object each. The first are keys and values already.
grep -E '^(\{|kept |parent |alone )' "$LAB_OUT"
sed -nE 's/^events:(oom[a-z_]*) ([0-9]+)$/\1 \2/p' "$LAB_OUT"
# What minibox has written down of them: whether they were killed for memory, and whether they run.
sed -nE 's/^\/?(parent|alone)_record ([a-z]+) .*/\1_killed \2/p; s/^\/?neighbour_record [a-z]+ ([a-z]+)$/neighbour_runs \1/p' "$LAB_OUT"
