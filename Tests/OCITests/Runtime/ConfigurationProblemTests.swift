// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

/// Each thing that no container can be made of is found, at its place, and nothing else.
@Suite struct ConfigurationProblemTests {
    /// A configuration without a problem, with the namespaces that callers give.
    static let sound: JSON = [
        "ociVersion": "1.2.0", "process": ["args": ["sh"], "cwd": "/"], "root": ["path": "rootfs"],
        "linux": [
            "namespaces": [
                ["type": "pid"], ["type": "network"], ["type": "ipc"], ["type": "uts"], ["type": "mount"],
            ]
        ],
    ]

    /// What is found once `change` has been merged into the sound one.
    static func problems(_ change: JSON) throws -> [ConfigurationProblem] {
        try RuntimeConfiguration(parsing: merged(sound, change).bytes()).problems()
    }

    /// Members of `change` replace those of `json`; `null` removes one.
    private static func merged(_ json: JSON, _ change: JSON) -> JSON {
        guard let members = change.object, var result = json.object else { return change }
        for (key, value) in members { result[key] = value.isNull ? nil : merged(result[key] ?? [:], value) }
        return .object(result)
    }

    static func found(_ change: String, _ severity: ConfigurationProblem.Severity) throws -> String {
        let problems = try problems(JSON(parsing: change))
        #expect(problems.allSatisfy { $0.severity == severity })
        return problems.map { "\($0.path): \($0.message)" }.joined(separator: " | ")
    }

    @Test func theSoundOneHasNone() throws {
        #expect(try Self.problems([:]).isEmpty)
        #expect(RuntimeConfiguration.Process(args: ["a"], cwd: "/").problems().isEmpty)
        #expect(RuntimeConfiguration.Resources().problems().isEmpty)
    }

    @Test(
        arguments: [
            (#"{"ociVersion": "2.0.0"}"#, "ociVersion: version 2.0.0 is not known"),
            (#"{"ociVersion": "1.0"}"#, #"ociVersion: "1.0" is no version"#),
            (#"{"process": null}"#, "process: process property must not be empty"),
            (#"{"root": null}"#, "root: root must be specified"),
            (#"{"root": {"path": ""}}"#, "root.path: it must not be empty"),
            (#"{"process": {"cwd": ""}}"#, "process.cwd: Cwd property must not be empty"),
            (#"{"process": {"cwd": "a"}}"#, "process.cwd: Cwd must be an absolute path"),
            (#"{"process": {"args": []}}"#, "process.args: args must not be empty"),
            (#"{"process": {"env": ["A=", "=B"]}}"#, #"process.env[1]: invalid environment variable "=B""#),
            (#"{"process": {"env": ["A"]}}"#, #"process.env[0]: invalid environment variable "A""#),
            (#"{"process": {"oomScoreAdj": 1001}}"#, "process.oomScoreAdj: it must be from -1000 to 1000"),
            (
                #"{"process": {"ioPriority": {"class": "IOPRIO_CLASS_BE", "priority": 8}}}"#,
                "process.ioPriority.priority: it must be from 0 to 7"
            ),
            (
                #"{"process": {"execCPUAffinity": {"initial": "3-1", "final": "0"}}}"#,
                #"process.execCPUAffinity.initial: "3-1" is no list of numbers"#
            ),
            (
                #"{"process": {"capabilities": {"effective": ["CAP_KILL"]}}}"#,
                #"process.capabilities.effective[0]: "CAP_KILL" is not permitted"#
            ),
            (
                #"{"process": {"rlimits": [{"type": "RLIMIT_CPU", "soft": 1, "hard": 1},"#
                    + #" {"type": "RLIMIT_CPU", "soft": 3, "hard": 2}]}}"#,
                "process.rlimits[1]: duplicated rlimit RLIMIT_CPU | "
                    + "process.rlimits[1].soft: it is higher than hard, which is 2"
            ),
            (
                #"{"linux": {"namespaces": [{"type": "pid"}]}, "hostname": "a", "domainname": "b"}"#,
                "hostname: unable to set hostname without a private UTS namespace | "
                    + "domainname: unable to set domainname without a private UTS namespace"
            ),
            (
                #"{"linux": {"namespaces": [{"type": "pid"}, {"type": "pid", "path": "x"}]}}"#,
                #"linux.namespaces[1]: duplicated namespace "pid" | linux.namespaces[1].path: it must be an absolute path"#
            ),
            (
                #"{"linux": {"namespaces": [], "maskedPaths": ["/a"], "readonlyPaths": ["/b"]}}"#,
                "linux.maskedPaths: unable to restrict sys entries without a private MNT namespace | "
                    + "linux.readonlyPaths: unable to restrict sys entries without a private MNT namespace"
            ),
            (
                #"{"linux": {"timeOffsets": {"boottime": {"nanosecs": 1000000000}}}}"#,
                "linux.timeOffsets: time offsets specified, but time namespace isn't enabled in the config | "
                    + "linux.timeOffsets.boottime.nanosecs: it must be less than a second"
            ),
            (
                #"{"linux": {"namespaces": [{"type": "time", "path": "/x"}], "timeOffsets": {"boottime": {}}}}"#,
                "linux.timeOffsets: the time namespace has a path, and the clocks in it are set already"
            ),
            (#"{"linux": {"intelRdt": {}}}"#, "linux.intelRdt: Intel RDT is not supported by this runtime"),
            (
                #"{"linux": {"devices": [{"path": "a", "type": "p"}]}}"#,
                "linux.devices[0].path: it must be an absolute path"
            ),
            (
                #"{"linux": {"devices": [{"path": "/a", "type": "b", "major": 4096, "minor": -1}]}}"#,
                "linux.devices[0].major: it must be from 0 to 4095 | linux.devices[0].minor: it must be from 0 to 1048575"
            ),
            (
                #"{"linux": {"namespaces": [], "netDevices": {"eth0": {"name": "a/b"}}}}"#,
                "linux.netDevices.eth0: unable to move network devices without a private network namespace | "
                    + #"linux.netDevices.eth0.name: "a/b" is no name of an interface"#
            ),
            (
                #"{"linux": {"netDevices": {"sixteen-letters-": {}}}}"#,
                #"linux.netDevices["sixteen-letters-"]: "sixteen-letters-" is no name of an interface"#
            ),
            (
                #"{"linux": {"memoryPolicy": {"mode": "MPOL_LOCAL", "nodes": "0",  "flags": ["MPOL_F_NUMA_BALANCING"]}}}"#,
                "linux.memoryPolicy.nodes: MPOL_LOCAL has no nodes | linux.memoryPolicy.flags: MPOL_F_NUMA_BALANCING is "
                    + "for MPOL_BIND and MPOL_PREFERRED_MANY"
            ),
            (#"{"linux": {"memoryPolicy": {"mode": "MPOL_BIND"}}}"#, "linux.memoryPolicy: MPOL_BIND needs nodes"),
        ] as [(String, String)])
    func isAnError(_ change: String, _ words: String) throws { #expect(try Self.found(change, .error) == words) }

    @Test(
        arguments: [
            (#"{"ociVersion": null}"#, "ociVersion: it is missing"),
            (#"{"annotations": {"": "x"}}"#, #"annotations[""]: an annotation needs a name"#),
            (
                #"{"mounts": [{"destination": "proc", "type": "proc"}]}"#,
                "mounts[0].destination: a relative destination is deprecated"
            ),
            (
                #"{"process": {"capabilities": {"bounding": ["CAP_KILLL"], "effective": ["kill"]}}}"#,
                #"process.capabilities.bounding[0]: unknown capability "CAP_KILLL" is ignored | "#
                    + #"process.capabilities.effective[0]: unknown capability "kill" is ignored"#
            ),
            (
                #"{"process": {"capabilities": {"permitted": ["CAP_KILL"], "ambient": ["CAP_KILL"]}}}"#,
                #"process.capabilities.ambient[0]: "CAP_KILL" cannot be made ambient"#
            ),
            (#"{"process": {"user": {"umask": 512}}}"#, "process.user.umask: only its last nine bits count"),
            (#"{"linux": {"maskedPaths": ["proc/x"]}}"#, "linux.maskedPaths[0]: it is no absolute path"),
            (
                #"{"linux": {"personality": {"domain": "LINUX", "flags": ["x"]}}}"#,
                "linux.personality.flags: ignoring unsupported personality flags"
            ),
        ] as [(String, String)])
    func isAWarning(_ change: String, _ words: String) throws { #expect(try Self.found(change, .warning) == words) }

    @Test(
        arguments: [
            (#"[{"destination": "", "type": "proc"}]"#, "mounts[0].destination: it must not be empty"),
            (#"[{"destination": "/a", "options": ["rbind"]}]"#, "mounts[0]: a bind mount needs a source"),
            (#"[{"destination": "/a"}]"#, "mounts[0]: it has no type"),
            (#"[{"destination": "/a", "options": ["rshared"]}, {"destination": "/", "options": ["remount"]}]"#, ""),
            (
                #"[{"destination": "/a", "source": "/b", "options": ["bind", "idmap"]}]"#,
                "mounts[0].options: idmap needs a map"
            ),
            (
                #"[{"destination": "/a", "type": "x", "uidMappings": [{"containerID": 0, "hostID": 0, "size": 0}]}]"#,
                "mounts[0]: uidMappings and gidMappings must both be specified | "
                    + "mounts[0].uidMappings[0].size: it must be more than 0"
            ),
        ] as [(String, String)])
    func judgesMounts(_ mounts: String, _ words: String) throws {
        #expect(try Self.found(#"{"mounts": \#(mounts)}"#, .error) == words)
    }

    @Test func judgesEachListOfHooks() throws {
        for name in RuntimeConfiguration.Hooks.names {
            let hook = #"{"path": "a", "timeout": 0, "env": ["x"]}"#
            #expect(
                try Self.found(#"{"hooks": {"\#(name)": [{"path": "/a"}, \#(hook)]}}"#, .error)
                    == "hooks.\(name)[1].path: it must be an absolute path | "
                    + "hooks.\(name)[1].timeout: it must be more than 0 | "
                    + "hooks.\(name)[1].env[0]: invalid environment variable \"x\"")
        }
    }

    @Test(arguments: [
        (#"{"policy": "SCHED_OTHER", "nice": 20}"#, ".nice: invalid scheduler.nice: 20"),
        (#"{"policy": "SCHED_FIFO"}"#, ".priority: it must be from 1 to 99"),
        (#"{"policy": "SCHED_ISO"}"#, ".policy: no kernel has SCHED_ISO"),
        (
            #"{"policy": "SCHED_BATCH", "priority": 1}"#,
            ".priority: scheduler.priority can only be specified for the policies SCHED_FIFO and SCHED_RR"
        ),
        (
            #"{"policy": "SCHED_IDLE", "runtime": 1}"#,
            ": runtime, deadline and period can only be specified for the policy SCHED_DEADLINE"
        ),
        (
            #"{"policy": "SCHED_DEADLINE", "runtime": 3, "deadline": 2}"#,
            ": runtime may be at most deadline, and that at most period"
        ),
    ])
    func judgesTheScheduler(_ scheduler: String, _ words: String) throws {
        #expect(
            try Self.found(#"{"process": {"scheduler": \#(scheduler)}}"#, .error) == "process.scheduler\(words)")
        let sound = #"{"policy": "SCHED_DEADLINE", "runtime": 1, "deadline": 2, "period": 2}"#
        #expect(try Self.found(#"{"process": {"scheduler": \#(sound)}}"#, .error) == "")
    }
}
