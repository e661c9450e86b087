# SPDX-License-Identifier: Apache-2.0
# From a plan as `minibox run --explain=json` prints it to the main function of its floor: see scripts/bench.d/floor.
def text: @json | if test("\\\\u") then error("the floor writes no control character as in \(.)") else . end;
def slot: "SLOT_" + gsub("-"; "_");
def list: "(const int[]){" + (map(slot) + ["0"] | join(", ")) + "}, \(length)";
def strings: "(char *[]){" + (map(text) + ["NULL"] | join(", ")) + "}";
def words: "(const uint64_t[]){" + (. + ["0"] | join(",")) + "}, \(length)";
def filter: if . == null or .instructions == null then "NULL, 0" else .instructions | words end;
def bits($names): map($names[.] // error("the floor does not know \(.)")) | if length == 0 then "0" else join(" | ") end;
def attributes: bits({ro: "MOUNT_ATTR_RDONLY", nosuid: "MOUNT_ATTR_NOSUID", nodev: "MOUNT_ATTR_NODEV",
    noexec: "MOUNT_ATTR_NOEXEC", noatime: "MOUNT_ATTR_NOATIME", strictatime: "MOUNT_ATTR_STRICTATIME"});
def namespaces: bits({user: "CLONE_NEWUSER", mnt: "CLONE_NEWNS", pid: "CLONE_NEWPID", net: "CLONE_NEWNET",
    ipc: "CLONE_NEWIPC", uts: "CLONE_NEWUTS"});
def capabilities: map("1ULL << CAP_" + ltrimstr("CAP_")) | if length == 0 then "0" else join(" | ") end;
def limit: if . == "unlimited" then "~0ULL" else "\(.)ULL" end;
def options: "(const char *const[]){" + (map(split("=") as $parts | "\($parts[0] | text), " + (if ($parts | length) > 1
    then $parts[1:] | join("=") | text else "NULL" end)) + ["NULL"] | join(", ")) + "}";
def propagation: map(ltrimstr("r")) | bits({private: "1 << 18", slave: "1 << 19", shared: "1 << 20"});
def number: if test("^[0-9]+$") then . else error("the floor takes users by number, not \(.)") end;
def node: "{\(.path | ltrimstr("/dev/") | text), \(.permissions + (if .kind == "block" then 24576 else 8192 end)), "
    + "\(.major), \(.minor)}";

def call: .step as $step | .parameters |
    if $step == "makeCgroup" then "make_cgroup(SLOT_cgroup, \(.path | text))"
    elif $step == "limit" then "write_file(slots[SLOT_cgroup], \(.file | text), \(.value | text))"
    elif $step == "filterDevices" then "filter_devices(SLOT_cgroup, \(.instructions | words))"
    elif $step == "makeDevices" then "make_devices(SLOT_devices, (const struct node[]){\(.nodes | map(node) | join(", "))}, "
        + "\(.nodes | length), \(.nodes[0].user))"
    elif $step == "writeOwnFile" then "write_own_file(\(.slot | slot), \(.path | text), \(.contents | text), \(.owner))"
    elif $step == "openStreams" then "open_streams(SLOT_stream_0, \(.owner))"
    elif $step == "mapIDs" then "map_ids(SLOT_user_namespace, "
        + (.extents | map("\(.inside) \(.outside) \(.count)\n") | add | text) + ")"
    elif $step == "copyTree" then "copy_tree(\(.slot | slot), \(.path | text), \(if .isRecursive then 1 else 0 end), "
        + (if .owners != null then "SLOT_user_namespace" else "-1" end) + ", \(.attributes | attributes), "
        + "\(.propagation | propagation))"
    elif $step == "mountOverlay" and .route == "descriptors" then "mount_overlay(SLOT_root, \(.layers | list), "
        + "SLOT_writable, \(.owner), \(if .isVolatile then 1 else 0 end))"
    elif $step == "setOOMScore" then "set_oom_score(\(.score | tostring | text))"
    elif $step == "handOver" then "hand_over(\(.slots | list))"
    elif $step == "letBecomeRoot" then "send_slots(\"\\1\", 1, NULL, 0)"
    elif $step == "awaitIDs" then "await_host(NULL, 0)"
    elif $step == "makeNamespaces" and (.tells | not) then "need(syscall(SYS_unshare, \(.kinds | namespaces)))"
    elif $step == "awaitHost" then "await_host(\(.slots | list))"
    elif $step == "becomeRoot" then "become(0, 0, NULL, 0)"
    elif $step == "newCgroupNamespace" then "need(syscall(SYS_unshare, CLONE_NEWCGROUP))"
    elif $step == "isolateMounts" then "isolate_mounts()"
    elif $step == "attachRoot" then "attach_root(SLOT_root)"
    elif $step == "mount" then "mount_at(SLOT_root, \(.type | text), \(.options | options), "
        + "\(.attributes | attributes), \(.target | text))"
    elif $step == "attachDevices" then "attach(SLOT_root, SLOT_devices, \"/dev\", 1)"
    elif $step == "attach" then "attach(SLOT_root, \(.slot | slot), \(.target | text), "
        + "\(if .isDirectory then 1 else 0 end))"
    elif $step == "pivot" then "pivot(SLOT_root)"
    elif $step == "bringLoopbackUp" then "bring_loopback_up()"
    elif $step == "setHostname" then "need(sethostname(\(.name | text), \(.name | utf8bytelength)))"
    elif $step == "setDomainName" then "need(setdomainname(\(.name | text), \(.name | utf8bytelength)))"
    elif $step == "setSysctl" then "set_sysctl(SLOT_root, \("sys/" + (.key | gsub("[.]"; "/")) | text), \(.value | text))"
    elif $step == "makeWorkingDirectory" then "close(place_in(SLOT_root, \(.path | text), 1))"
    elif $step == "openNull" then "open_null(SLOT_null)"
    elif $step == "verifyPaths" then "verify_paths(SLOT_root, \(.masked + .readOnly | strings))"
    elif $step == "takeUser" then "take_user(SLOT_root, \(.user), \(.group))"
    elif $step == "resolveUser" then "resolve_user(SLOT_root, \(.user | number))"
    elif $step == "resolveProgram" then "resolve_program(SLOT_root, \(.name | text), "
        + "(const char *const *)\(.searchPath | strings))"
    elif $step == "makeReadOnly" then "make_read_only(SLOT_root, \(.path | text))"
    elif $step == "mask" then "mask(SLOT_root, \(.path | text))"
    elif $step == "makeRootReadOnly" then "set_attributes(slots[SLOT_root], MOUNT_ATTR_RDONLY, 0, 0, 0)"
    elif $step == "resetSignals" then "reset_signals()"
    elif $step == "startSession" and (.terminal | not) then "need(setsid())"
    elif $step == "setProcessors" and .processors == "all" then "use_every_processor()"
    elif $step == "ownStreams" then "look_at_streams()"
    elif $step == "keepCapabilities" then "need(prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0))"
    elif $step == "setNoNewPrivileges" then "need(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))"
    elif $step == "setCapabilitySets" then "set_capability_sets(\(.sets.permitted | capabilities))"
    elif $step == "verify" then "verify_confinement()"
    elif $step == "joinKeyring" then "need(syscall(SYS_keyctl, 1, \(.name | text)))"
    elif $step == "newKeyring" then "need(syscall(SYS_keyctl, 1, NULL))"
    elif $step == "useStreams" then "use_streams(SLOT_stream_0, SLOT_root)"
    elif $step == "setLimit" then "set_limit(\(.number), \(.soft | limit), \(.hard | limit))"
    elif $step == "setFileModeMask" then "umask(\(.mask))"
    elif $step == "changeDirectory" then "change_directory(SLOT_root, \(.path | text))"
    elif $step == "loadFilter" then "load_filter(\(.filter | filter))"
    elif $step == "boundCapabilities" then "bound_capabilities(\(.capabilities | capabilities))"
    elif $step == "becomeUser" then "become((unsigned)user, (unsigned)group, NULL, 0)"
    elif $step == "setCapabilities" then "set_capabilities(\(.capabilities | capabilities))"
    elif $step == "dieWithParent" then "need(prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0))"
    elif $step == "launch" then "launch(\(if .noNewPrivileges then 1 else 0 end), \(.filter | filter), "
        + "\(.arguments | strings), \(.environment + ["HOME=/root"] | strings))"
    elif $step == "undo" and .action == "removeCgroup" then "need(rmdir(\(.path | text)))"
    elif $step == "undo" then "remove_tree(AT_FDCWD, \(.path | text))"
    else error("the floor does not know the step \($step)") end;

def lines($phases): .steps[] | select(.phase as $phase | $phases | index($phase)) | "    step = \(.number);", "    \(call);";
def slots: [.steps[].parameters | .slot?, (.slots? // [])[], (.layers? // [])[]] + ["cgroup", "user-namespace", "root",
    "devices", "null", "writable", "stream-0", "stream-1", "stream-2"] | map(select(. != null)) | unique;
# What the engine makes and takes away around a plan: the directories that its paths lie in.
def writable: .steps[] | select(.step == "copyTree" and .parameters.slot == "writable") | .parameters.path;
def parents: [.steps[] | select(.step == "writeOwnFile") | .parameters.path | split("/")[:-1] | join("/")] | unique[];
def spawn: ([.steps[].step] | index("openStreams") != null) as $streams | .steps[] | select(.step == "spawn") | .parameters | if (.join | length) > 0 then
    error("the floor joins no namespaces") else "spawn(\(.create | namespaces), \(if .intoCgroup then "SLOT_cgroup" else
    "-1" end), \(if $streams then "SLOT_stream_0" else "-1" end))" end;

"// SPDX-License-Identifier: Apache-2.0",
"// Written by scripts/bench.d/floor.",
"#include \"floor.h\"",
"enum { \(slots | map(slot) | join(", ")) };",
"static void in_child(void) {",
lines(["build", "pivot", "inside", "confine", "launch"]),
"}",
"int main(void) {",
"    umask(0);",
"    make_directories(\(writable + "/upper" | text));",
"    make_directories(\(writable + "/work" | text));",
"    \(parents | "make_directories(\(text));")",
lines(["prepare"]),
"    if (\(spawn)) {",
"        in_child();",
"        _exit(125);",
"    }",
lines(["beside"]),
"    int status = await_end();",
lines(["after"]),
"    remove_tree(AT_FDCWD, \(writable | text));",
"    return status;",
"}"
