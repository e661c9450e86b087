#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# The walls of networks under Debian's kernel, each from both sides: shut by default, open where its option says so.
set -euo pipefail
cd "$(dirname "$0")/../.."

minibox=$(realpath "${MINIBOX:-.build/bin/minibox}")
fixtures=${MINIBOX_FIXTURES:-$PWD/.build/fixtures}
scratch=$(mktemp -d)
export MINIBOX_ROOT=$scratch/root MINIBOX_RUN_ROOT=$scratch/run
unset MINIBOX_NETWORK

check() { # NAME EXPECTED FOUND
    if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: expected $2, found $3"; fi
}
run() { "$minibox" run --rm "$@" 2>&1 || true; }
address() { "$minibox" inspect -f "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}" "$1"; }
# serve NAME FLAG...: a container that says hello to everybody who asks at its port 80.
serve() {
    local name=$1
    shift
    "$minibox" run -d --name "$name" "$@" busybox nc -ll -p 80 -e echo hello >/dev/null
    for _ in $(seq 100); do
        ! "$minibox" exec "$name" sh -c 'netstat -ltn | grep -q :80' || return 0
        sleep 0.2
    done
    echo "not ok $name does not listen"
}
ask() { # FLAG... ADDRESS PORT: what is answered there, asked by a container
    local flags=("${@:1:$#-2}")
    run "${flags[@]}" busybox nc -w "${patience:-60}" "${@: -2}"
}
# shut FLAG... ADDRESS PORT: how often it is answered.
shut() { patience=5 ask "$@" | grep -c hello || true; }
# From this machine.
reach() { timeout 60 bash -c "exec 3<>/dev/tcp/$1/$2; head -n 1 <&3" 2>/dev/null || true; }

"$minibox" import "$fixtures/busybox.tar" busybox >/dev/null

# The world: another machine behind an interface of this one.
ip netns add world
ip link add outside type veth peer name inside netns world
ip addr add 198.51.100.1/24 dev outside
ip link set outside up
ip -n world addr add 198.51.100.2/24 dev inside
ip -n world link set inside up
ip -n world link set lo up
ip netns exec world busybox nc -ll -p 80 -e echo hello &
world=$!
# A service of this machine, and the address where clouds tell theirs.
ip addr add 169.254.169.254/32 dev lo
busybox nc -ll -p 8053 -e echo hello &
own=$!

"$minibox" network create --subnet 10.91.0.0/24 lab >/dev/null
"$minibox" network create --subnet 10.92.0.0/24 other >/dev/null
"$minibox" network create --subnet 10.93.0.0/24 --internal closed >/dev/null
"$minibox" network create --subnet 10.94.0.0/24 -o icc=off -o host-access=on -o metadata=on -o antispoof=off odd >/dev/null
serve first --network lab
serve second --network closed
serve third --network odd
serve plain --network bridge -p 18080:80

# The world
check "the world is reached" hello "$(ask --network lab 198.51.100.2 80)"
check "from the built-in network too" hello "$(ask --network bridge 198.51.100.2 80)"
check "not from an internal network" 0 "$(shut --network closed 198.51.100.2 80)"
check "a published port is reached by 127.0.0.1" hello "$(reach 127.0.0.1 18080)"
check "by an address of the machine" hello "$(reach 198.51.100.1 18080)"
check "by [::1]" hello "$(reach ::1 18080)"
check "from the world" hello "$(ip netns exec world busybox nc -w 60 198.51.100.1 18080 || true)"
check "what is not published is not" 0 "$(ip -n world route add 10.91.0.0/24 via 198.51.100.1
    ip netns exec world busybox nc -w 3 "$(address first)" 80 2>/dev/null | grep -c hello || true)"

# Each other
check "containers of a network reach each other" hello "$(ask --network lab "$(address first)" 80)"
check "by name" hello "$(ask --network lab first 80)"
check "within an internal network" hello "$(ask --network closed "$(address second)" 80)"
check "not where icc is off" 0 "$(shut --network odd "$(address third)" 80)"
check "not on the built-in network" 0 "$(shut --network bridge "$(address plain)" 80)"
check "not those of another network" 0 "$(shut --network other "$(address first)" 80)"
check "nor of an internal one" 0 "$(shut --network lab "$(address second)" 80)"

# The machine
check "its services are refused" 0 "$(shut --network lab 10.91.0.1 8053)"
check "reached with host-access=on" hello "$(ask --network odd 10.94.0.1 8053)"
check "metadata of clouds is refused" 0 "$(shut --network lab 169.254.169.254 8053)"
check "reached with metadata=on" hello "$(ask --network odd 169.254.169.254 8053)"
check "reached by a container with --metadata open" 1 "$(ask --network lab --metadata open 169.254.169.254 8053 | grep -c hello || true)"

# Addresses
# speaks NETWORK COMMAND...: how often a container that may change its interface is answered after it has.
speaks() {
    local network=$1 subnet=$2 patience=3
    shift 2
    # Where it is answered, and where it is not.
    [ "$network" != odd ] || patience=60
    run --network "$network" --ip "$subnet.40" --cap-add NET_ADMIN busybox sh -c "set -e; $*; ip route replace default via $subnet.1
        nc -w $patience 198.51.100.2 80" | grep -cE 'hello|denied|permitted|failed' || true
}
check "another address sends nothing" 0 \
    "$(speaks lab 10.91.0 'ip addr del 10.91.0.40/24 dev eth0; ip addr add 10.91.0.77/24 dev eth0')"
check "it does with antispoof=off" 1 \
    "$(speaks odd 10.94.0 'ip addr del 10.94.0.40/24 dev eth0; ip addr add 10.94.0.77/24 dev eth0')"
hardware='ifconfig eth0 down; ifconfig eth0 hw ether 02:00:00:00:00:77; ifconfig eth0 up; ifconfig eth0 | grep -q 02:00:00:00:00:77'
check "another hardware address sends nothing" 0 "$(speaks lab 10.91.0 "$hardware")"
check "that one too" 1 "$(speaks odd 10.94.0 "$hardware")"

# The end
"$minibox" rm -f first second third plain >/dev/null
"$minibox" network prune -f >/dev/null
kill "$world" "$own"
ip link del outside
check "no port is left" "" "$(reach 127.0.0.1 18080)"
check "no interface of a network that is removed is left" 0 "$(ip -o link | grep -c 'mb-' || true)"
check "no address is left" 0 "$(find "$MINIBOX_RUN_ROOT/networks" -path '*/addresses/*' ! -name 'next-*' 2>/dev/null | wc -l)"
