#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Profiles of AppArmor at work, under a kernel that has it in force: of bundles, by minibox-runtime, and of minibox's own
# containers. MINIBOX may name the program to show.
set -euo pipefail
cd "$(dirname "$0")/../.."

minibox=$(realpath "${MINIBOX:-.build/bin/minibox}")
binary=$(dirname "$minibox")/minibox-runtime
fixtures=${MINIBOX_FIXTURES:-$PWD/.build/fixtures}
parser=$PWD/.build/vm/apparmor/sbin/apparmor_parser
scratch=$(mktemp -d)
chmod 755 "$scratch"
runtime=("$binary" --root "$scratch/state")
export MINIBOX_ROOT=$scratch/root MINIBOX_RUN_ROOT=$scratch/run

check() { # NAME EXPECTED FOUND
    if [ "$2" = "$3" ]; then echo "ok $1"; else echo "not ok $1: expected $2, found $3"; fi
}
matches() { # NAME PATTERN FOUND: a pattern of the shell's
    # shellcheck disable=SC2053
    if [[ $3 == $2 ]]; then echo "ok $1"; else echo "not ok $1: expected $2, found $3"; fi
}

mountpoint -q /sys/kernel/security || mount -t securityfs securityfs /sys/kernel/security
if ! grep -qw apparmor /sys/kernel/security/lsm; then
    echo "skip labels: this kernel has no AppArmor in force"
    exit 0
fi
if [ ! -x "$parser" ]; then
    echo "skip labels: no apparmor_parser: run scripts/setup --all"
    exit 0
fi
for name in one other; do
    cat <<PROFILE
profile minibox-$name flags=(attach_disconnected,mediate_deleted) {
  file,
  capability,
  network,
  mount,
  umount,
  pivot_root,
  signal,
  ptrace,
  unix,
  deny /denied-$name/** wl,
}
PROFILE
done >"$scratch/profiles"
"$parser" --config-file /dev/null --base "$scratch" --skip-cache --add "$scratch/profiles" 2>&1 | sed 's/^/# /'
check "profiles are loaded" 2 "$(grep -c '^minibox-' /sys/kernel/security/apparmor/profiles)"

mkdir -p "$scratch/busybox" "$scratch/empty"
tar -xpf "$fixtures/busybox.tar" -C "$scratch/busybox"
mkdir -p "$scratch/busybox"/denied-{one,other}
chmod 777 "$scratch/busybox"/denied-*

# A script of the container's: its label, and which of two folders it may write to.
look='cat /proc/self/attr/apparmor/current; for name in one other; do
    (echo x >/denied-$name/file && rm /denied-$name/file) 2>/dev/null && echo "writes $name" || echo "not $name"; done'
one="minibox-one (enforce) not one writes other"
other="minibox-other (enforce) writes one not other"
none="unconfined writes one writes other"
line() { tr '\n' ' ' | sed 's/ $//'; }

# bundle SCRIPT [FILTER]: a configuration, changed by a filter of jq's.
bundle() {
    rm -rf "$scratch/bundle"
    mkdir "$scratch/bundle"
    (cd "$scratch/bundle" && "$binary" spec)
    jq --arg root "$scratch/busybox" --arg script "$1" ".process.terminal = false | .root = {path: \$root, readonly: false}
        | .process.args = [\"sh\", \"-c\", \$script] | ${2:-.}" "$scratch/bundle/config.json" >"$scratch/bundle/new"
    mv "$scratch/bundle/new" "$scratch/bundle/config.json"
}
count=0
# run SCRIPT [FILTER]: to its end, in a line.
run() {
    count=$((count + 1))
    bundle "$1" "${2:-.}"
    { "${runtime[@]}" run --bundle "$scratch/bundle" "c$count-$BASHPID" 2>&1 || true; } | line
}
profile='.process.apparmorProfile = "minibox-one"'
users='.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
    | .linux.gidMappings = .linux.uidMappings'

echo "# $(uname -r): $(cat /sys/kernel/security/lsm)"
check "features says so" true "$("$binary" features | jq .linux.apparmor.enabled)"
check "no profile" "$none" "$(run "$look")"
check "an empty name is none" "$none" "$(run "$look" '.process.apparmorProfile = ""')"
check "a bundle's profile" "$one" "$(run "$look" "$profile")"
check "without no_new_privs" "$one" "$(run "$look" "$profile | .process.noNewPrivileges = false")"
check "as another user" "$one" "$(run "$look" "$profile | .process.user = {uid: 7, gid: 7} | .process.capabilities = {}")"
check "with users of its own" "$one" "$(run "$look" "$profile | $users")"
check "in the host's pid namespace" "$one" \
    "$(run "$look" "$profile | .linux.namespaces |= map(select(.type != \"pid\"))")"

# A profile that there is not: the kernel's reason, and nothing is left.
unknown='*as minibox-none of apparmor*no profile called minibox-none: load it first*no such file or directory'
matches "an unknown profile" "$unknown" "$(run true '.process.apparmorProfile = "minibox-none"')"
matches "an unknown profile, with users of its own" "$unknown" \
    "$(run true ".process.apparmorProfile = \"minibox-none\" | $users")"
check "and nothing is left" "" "$("${runtime[@]}" list --quiet; ls "$scratch/state" 2>/dev/null)"

# create, start, exec
bundle "$look; exec sleep 1000" "$profile"
"${runtime[@]}" create --bundle "$scratch/bundle" made </dev/null >"$scratch/made.out" 2>&1
# The process of a container that is not started is not the program yet, and has no profile.
"${runtime[@]}" start made
process=$("${runtime[@]}" state made | jq .pid)
for _ in $(seq 600); do [ "$(wc -l <"$scratch/made.out")" -lt 3 ] || break; sleep 0.1; done
check "create and start" "$one" "$(line <"$scratch/made.out")"
check "as the host sees it" "minibox-one (enforce)" "$(cat "/proc/$process/attr/apparmor/current")"
check "exec has the container's" "$one" "$("${runtime[@]}" exec made sh -c "$look" 2>&1 | line)"
check "exec --apparmor" "$other" "$("${runtime[@]}" exec --apparmor minibox-other made sh -c "$look" 2>&1 | line)"
jq '.process | .args = ["sh", "-c", $script] | .apparmorProfile = "minibox-other"' --arg script "$look" \
    "$scratch/bundle/config.json" >"$scratch/process.json"
check "exec --process" "$other" "$("${runtime[@]}" exec --process "$scratch/process.json" made 2>&1 | line)"
matches "exec with an unknown profile" "$unknown" \
    "$("${runtime[@]}" exec --apparmor minibox-none made true 2>&1 | line)"
check "which ends nothing" running "$("${runtime[@]}" state made | jq -r .status)"
"${runtime[@]}" delete --force made

# CVE-2019-16884, CVE-2023-28642: an image that has a /proc of its own gets no label written to it.
planted=$scratch/busybox/planted
mkdir -p "$planted"/{self,thread-self,1}/attr/apparmor
for file in "$planted"/{self,thread-self,1}/attr/{exec,current,apparmor/exec,apparmor/current}; do
    echo planted >"$file"
done
# The label that the host sees of a container without the kernel's own /proc, or that it was refused.
outside() { # FILTER
    local process id=p$((count + 1))-$BASHPID
    bundle "exec sleep 1000" "$profile | $1"
    if ! "${runtime[@]}" run --detach --bundle "$scratch/bundle" "$id" </dev/null >"$scratch/$id.out" 2>&1; then
        echo "refused: $(line <"$scratch/$id.out")"
        return
    fi
    process=$("${runtime[@]}" state "$id" | jq .pid)
    # The label comes with the program, which may not be there yet when the runtime returns.
    until [ "$(tr '\0' ' ' <"/proc/$process/cmdline")" = "sleep 1000 " ]; do sleep 0.1; done
    cat "/proc/$process/attr/apparmor/current"
    "${runtime[@]}" delete --force "$id"
}
unmasked='.linux.maskedPaths = [] | .linux.readonlyPaths = []'
cp -a "$planted/." "$scratch/busybox/proc/"
check "an image's /proc" "minibox-one (enforce)" \
    "$(outside "$unmasked | .mounts |= map(select(.destination != \"/proc\"))")"
find "$scratch/busybox/proc" -mindepth 1 -delete
rmdir "$scratch/busybox/proc"
ln -s /planted "$scratch/busybox/proc"
matches "a link in the place of /proc" "@(minibox-one (enforce)|refused: *)" "$(outside "$unmasked")"
rm "$scratch/busybox/proc"
mkdir "$scratch/busybox/proc"
for folder in /proc /proc/self /proc/self/attr; do
    matches "a volume on $folder" "@(minibox-one (enforce)|refused: *)" "$(outside "$unmasked
        | .mounts += [{destination: \"$folder\", type: \"bind\", source: \"$planted\", options: [\"bind\"]}]")"
done
check "nothing was written to it" planted "$(cat "$planted"/*/attr/{exec,current,apparmor/exec,apparmor/current} | sort -u)"
find "$planted" -delete
check "no container is left" "" "$("${runtime[@]}" list --quiet)"

# minibox's own containers
tar -C "$scratch/busybox" -cf "$scratch/labels.tar" .
"$minibox" import "$scratch/labels.tar" labels >/dev/null
shows() { # ARGUMENT...: of run
    { "$minibox" run --rm "$@" labels sh -c "$look" 2>&1 || true; } | line
}
confined=(--security-opt apparmor=minibox-one)
check "run" "$none" "$(shows)"
check "run with a profile" "$one" "$(shows "${confined[@]}")"
check "as docker once wrote it" "$one" "$(shows --security-opt apparmor:minibox-one)"
check "the last counts" "$none" "$(shows "${confined[@]}" --security-opt apparmor=unconfined)"
check "with the host's users" "$one" "$(shows "${confined[@]}" --userns host)"
check "as another user of it" "$one" "$(shows "${confined[@]}" --user 7)"
check "of a privileged one" "$one" "$(shows "${confined[@]}" --privileged)"
check "below an init" "$one" "$(shows "${confined[@]}" --init)"
check "without a filter" "$one" "$(shows "${confined[@]}" --security-opt seccomp=unconfined)"
check "the plan says so" 1 \
    "$("$minibox" run --dry-run --explain=text "${confined[@]}" labels true 2>&1 | grep -c 'execute the program as minibox-one')"
check "the document for others" minibox-one \
    "$("$minibox" run --print-spec "${confined[@]}" labels true 2>/dev/null | jq -r .process.apparmorProfile)"
matches "an unknown profile of run" "$unknown*" "$(shows --security-opt apparmor=minibox-none)"
check "which leaves nothing" "" "$("$minibox" ps --all --quiet)"

"$minibox" create --name made "${confined[@]}" labels sh -c "$look; exec sleep 1000" >/dev/null
check "inspect of what was created" minibox-one "$("$minibox" inspect made | jq -r '.[0].AppArmorProfile')"
logs() { # LINES: what it has written, once it has that many
    for _ in $(seq 600); do [ "$("$minibox" logs made 2>&1 | wc -l)" -lt "$1" ] || break; sleep 0.1; done
    "$minibox" logs made 2>&1 | line
}
"$minibox" start made >/dev/null
check "what was created has it" "$one" "$(logs 3)"
check "exec has it" "$one" "$("$minibox" exec made sh -c "$look" 2>&1 | line)"
check "a privileged exec has it" "$one" "$("$minibox" exec --privileged made sh -c "$look" 2>&1 | line)"
check "debug has it" "minibox-one (enforce)" \
    "$("$minibox" debug --toolbox labels made cat /proc/self/attr/apparmor/current 2>&1)"
check "a privileged debug has none" unconfined \
    "$("$minibox" debug --privileged --toolbox labels made cat /proc/self/attr/apparmor/current 2>&1)"
matches "audit names it" "*A60*minibox-one (enforce)*" "$("$minibox" audit --verbose made 2>&1 | line)"
"$minibox" restart --time 0 made >/dev/null
check "a restart keeps it" "$one $one" "$(logs 6)"
"$minibox" rm --force made >/dev/null
