#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The walls of networks under Linux 6.1: the tests of KernelTests that send traffic through the rules, in both families, from
# containers, networks, a neighbour and the machine, also where bridges ask the rules of IP.
set -euo pipefail
cd "$(dirname "$0")/../.."

suite=.build/debug/miniboxPackageTests.xctest
[ -x "$suite" ] || { echo "skip walls: the tests are not built: run swift build --build-tests"; exit 0; }
modprobe -a bridge br_netfilter veth nf_tables nfnetlink nf_nat nf_conntrack 2>/dev/null || true
status=0
log=$(mktemp)
timeout 600 scripts/test-host --pure "$suite" --testing-library swift-testing --no-parallel \
    --filter '^KernelTests\.FirewallTrafficTests/' >"$log" 2>&1 || status=$?
sed -nE 's/^.*✔.* Test ([A-Za-z0-9]+)\(.* passed after.*/ok walls: \1/p; s/^.*✘.* Test ([A-Za-z0-9]+)\(.* failed after.*/not ok walls: \1/p' "$log"
grep -q '✔' "$log" || status=1
[ "$status" = 0 ] || sed 's/^/    /' "$log"
exit "$status"
