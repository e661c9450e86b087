#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# A service at the address of a link, as a cloud has it.
ip addr add 169.254.169.254/32 dev lo
/run/lab/bin/minibox-probe tserve 80 "$LAB_FLAG" 120 >/lab/service 2>&1 </dev/null &
# Credentials of two tasks, as an operator keeps them: root's alone.
umask 077
mkdir -p /var/lib/minibox/roles
for role in billing mail; do
    echo "FLAG{role-$role-$(od -An -N8 -tx8 /dev/urandom | tr -d ' ')}" >"/lab/$role"
    echo "{\"AccessKeyId\": \"$role\", \"SecretAccessKey\": \"$(cat "/lab/$role")\"}" >"/var/lib/minibox/roles/$role.json"
done
for attempt in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25; do
    grep -qs READY /lab/service && break
    sleep 0.1
done
minibox network create --subnet 10.77.2.0/24 -o metadata=on -o host-access=on open >/dev/null
minibox network create --subnet 10.77.3.0/24 -o host-access=on narrow >/dev/null
