#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Labels of SELinux at work, with a policy of a few lines that is enforced: of a bundle's process and mounts, by
# minibox-runtime. SELinux is chosen when the machine boots: scripts/vm --append security=selinux bash Tests/VM/selinux.sh
set -euo pipefail
cd "$(dirname "$0")/../.."

minibox=$(realpath "${MINIBOX:-.build/bin/minibox}")
binary=$(dirname "$minibox")/minibox-runtime
fixtures=${MINIBOX_FIXTURES:-$PWD/.build/fixtures}
compiler=$PWD/.build/vm/selinux
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
if ! grep -qw selinux /sys/kernel/security/lsm; then
    echo "skip selinux: it is not in force: boot with security=selinux"
    exit 0
fi
if [ ! -x "$compiler/usr/bin/secilc" ]; then
    echo "skip selinux: no secilc: run scripts/setup --all"
    exit 0
fi
# What is not named here is allowed. A box writes to files of boxes alone, and becomes nothing else by itself.
cat >"$scratch/policy.cil" <<'POLICY'
(handleunknown allow)
(mls false)
(policycap nnp_nosuid_transition)
(class process (transition dyntransition))
(class file (write))
(classorder (process file))
(sid kernel)
(sid security)
(sid unlabeled)
(sidorder (kernel security unlabeled))
(sensitivity s0)
(sensitivityorder (s0))
(user u)
(role r)
(role object_r)
(type base_t)
(type box_t)
(type other_t)
(type box_file_t)
(userrole u r)
(userrole u object_r)
(roletype r base_t)
(roletype r box_t)
(roletype r other_t)
(roletype object_r base_t)
(roletype object_r box_file_t)
(userlevel u (s0))
(userrange u ((s0) (s0)))
(sidcontext kernel (u r base_t ((s0) (s0))))
(sidcontext security (u object_r base_t ((s0) (s0))))
(sidcontext unlabeled (u object_r base_t ((s0) (s0))))
(typeattribute every)
(typeattributeset every (base_t box_t other_t box_file_t))
(allow base_t every (process (transition dyntransition)))
(allow base_t every (file (write)))
(allow box_t box_t (file (write)))
(allow box_t box_file_t (file (write)))
(allow other_t every (file (write)))
POLICY
libraries=$compiler/usr/lib/x86_64-linux-gnu:$compiler/lib/x86_64-linux-gnu
LD_LIBRARY_PATH=$libraries "$compiler/usr/bin/secilc" -o "$scratch/policy" -f "$scratch/contexts" "$scratch/policy.cil"
mountpoint -q /sys/fs/selinux || mount -t selinuxfs selinuxfs /sys/fs/selinux
cat "$scratch/policy" >/sys/fs/selinux/load
echo 1 >/sys/fs/selinux/enforce
check "a policy is enforced" "1 u:r:base_t" \
    "$(cat /sys/fs/selinux/enforce) $(tr -d '\0' </proc/self/attr/current)"

mkdir -p "$scratch/busybox"
tar -xpf "$fixtures/busybox.tar" -C "$scratch/busybox"
mkdir -p "$scratch/busybox/folder"
echo x >"$scratch/busybox/folder/file"
chmod 666 "$scratch/busybox/folder/file"

# A script of the container's: its label, and to which files it may write.
look='tr -d "\0" </proc/self/attr/current; echo; echo x 2>/dev/null >/dev/shm/file; for file in /folder/file /dev/shm/file; do
    (echo x >$file) 2>/dev/null && echo "writes $file" || echo "not $file"; done'
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
# run SCRIPT [FILTER]: to its end, in a line.
run() {
    bundle "$1" "${2:-.}"
    { "${runtime[@]}" run --bundle "$scratch/bundle" "c$BASHPID" 2>&1 || true; } | line
}
label='.process.selinuxLabel = "u:r:box_t"'
mounts='.linux.mountLabel = "u:object_r:box_file_t"'
users='.linux.namespaces += [{type: "user"}] | .linux.uidMappings = [{containerID: 0, hostID: 100000, size: 65536}]
    | .linux.gidMappings = .linux.uidMappings'
box="u:r:box_t not /folder/file writes /dev/shm/file"

echo "# $(uname -r): $(cat /sys/kernel/security/lsm)"
check "features says so" true "$("$binary" features | jq .linux.selinux.enabled)"
check "no label" "u:r:base_t writes /folder/file writes /dev/shm/file" "$(run "$look")"
check "a process's label alone" "u:r:box_t not /folder/file not /dev/shm/file" "$(run "$look" "$label")"
check "and its mounts'" "$box" "$(run "$look" "$label | $mounts")"
check "without no_new_privs" "$box" "$(run "$look" "$label | $mounts | .process.noNewPrivileges = false")"
check "with users of its own" "$box" "$(run "$look" "$label | $mounts | $users")"
check "what is mounted says so" 2 \
    "$(run 'grep -cE " /dev/(pts|shm) .*context=u:object_r:box_file_t" /proc/mounts' "$mounts")"
unknown='*as u:r:none_t of selinux*knows no such label*invalid argument'
matches "an unknown label" "$unknown" "$(run true '.process.selinuxLabel = "u:r:none_t"')"
matches "an unknown label of mounts" "*linux.mountLabel*has no label u:object_r:none_t*" "$(run true '.linux.mountLabel = "u:object_r:none_t"')"
check "nothing is left" "" "$("${runtime[@]}" list --quiet; ls "$scratch/state" 2>/dev/null)"

bundle "exec sleep 1000" "$label | $mounts"
"${runtime[@]}" create --bundle "$scratch/bundle" made </dev/null >/dev/null 2>&1
"${runtime[@]}" start made
check "exec has the container's" "$box" "$("${runtime[@]}" exec made sh -c "$look" 2>&1 | line)"
check "exec --process-label" "u:r:other_t writes /folder/file writes /dev/shm/file" \
    "$("${runtime[@]}" exec --process-label u:r:other_t made sh -c "$look" 2>&1 | line)"
matches "exec with an unknown label" "$unknown" \
    "$("${runtime[@]}" exec --process-label u:r:none_t made true 2>&1 | line)"
check "which ends nothing" running "$("${runtime[@]}" state made | jq -r .status)"
"${runtime[@]}" delete --force made

# minibox gives labels to nobody, and says so.
matches "a label of minibox's own" "*labels are not supported*" \
    "$("$minibox" run --security-opt label=type:box_t busybox true 2>&1 | line || true)"
echo 0 >/sys/fs/selinux/enforce
