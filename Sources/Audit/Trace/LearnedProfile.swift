// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI

/// The smallest seccomp profile under which a workload would have run, and the capabilities that its calls asked for.
public struct LearnedProfile: Hashable, Sendable {
    /// What was made, by architecture and name, and of some calls with which value of their argument.
    private var calls: [SeccompArchitecture: [String: Set<UInt32>]] = [:]
    /// What the filter refused, with the error number that the program got.
    private var refusals: [String: UInt16] = [:]
    public private(set) var capabilities: CapabilitySet = []

    public init() {}

    /// Calls of which one argument decides what they open: its place, and 32 bits of it as the kernel takes them.
    private static let decided = ["socket": 0, "personality": 0, "ioctl": 1]

    /// CLONE_NEWNS and the others: what makes a process or a thread has none of them, and is let through without.
    private static let namespaces: UInt64 = 0x7e02_0000
    private var makesNamespaces = false

    /// By which every program is entered and left, also where nobody saw it.
    private static let always = ["execve", "execveat", "exit", "exit_group", "rt_sigreturn", "restart_syscall"]

    public mutating func add(_ call: TracedCall) {
        if call.isRefused {
            if call.isError, let number = UInt16(exactly: -(call.result ?? 0)) { refusals[call.name] = number }
            return
        }
        if call.name == "clone", (call.arguments.first ?? 0) & Self.namespaces != 0 { makesNamespaces = true }
        var values = calls[call.architecture]?[call.name] ?? []
        if let place = Self.decided[call.name], call.arguments.indices.contains(place) {
            values.insert(UInt32(truncatingIfNeeded: call.arguments[place]))
        }
        calls[call.architecture, default: [:]][call.name] = values
    }

    public mutating func add(_ capabilities: CapabilitySet) { self.capabilities.formUnion(capabilities) }

    /// The names of all that was made.
    public var names: [String] { Set(calls.values.flatMap(\.keys)).union(Self.always).sorted() }

    /// In the format of Docker's profiles. `capabilities` is for people: what `--cap-add` is needed beside `--cap-drop ALL`.
    public var json: JSON {
        var whole = Set(Self.always)
        var groups: [JSON] = []
        var decided: [String: Set<UInt32>] = [:]
        for table in calls.values {
            for (name, values) in table where name != "clone" || makesNamespaces {
                if Self.decided[name] == nil {
                    whole.insert(name)
                } else {
                    decided[name, default: []].formUnion(values)
                }
            }
        }
        groups.append(["names": JSON(whole.sorted()), "action": "SCMP_ACT_ALLOW"])
        for (name, values) in decided.sorted(by: { $0.key < $1.key }) {
            for value in values.sorted() {
                groups.append([
                    "names": [.string(name)], "action": "SCMP_ACT_ALLOW",
                    "args": [
                        [
                            "index": .integer(Int64(Self.decided[name] ?? 0)), "value": 0xffff_ffff,
                            "valueTwo": .integer(Int64(value)), "op": "SCMP_CMP_MASKED_EQ",
                        ]
                    ],
                ])
            }
        }
        let forks = !makesNamespaces && calls.values.contains { $0["clone"] != nil }
        if forks {
            groups.append([
                "names": ["clone"], "action": "SCMP_ACT_ALLOW",
                "args": [
                    [
                        "index": 0, "value": .integer(Int64(Self.namespaces)), "valueTwo": 0,
                        "op": "SCMP_CMP_MASKED_EQ",
                    ]
                ],
            ])
        }
        // What was refused with another answer than the rest is, and was survived.
        let allowed = whole.union(decided.keys).union(forks ? ["clone"] : [])
        for (number, names) in Dictionary(
            grouping: refusals.keys.filter { !allowed.contains($0) }, by: { refusals[$0] ?? 1 }
        )
        .sorted(by: { $0.key < $1.key }) where number != Self.unknown {
            groups.append([
                "names": JSON(names.sorted()), "action": "SCMP_ACT_ERRNO", "errnoRet": .integer(Int64(number)),
            ])
        }
        let others = calls.keys.filter { $0 != .native }.map { "SCMP_ARCH_" + $0.rawValue }.sorted()
        return [
            "defaultAction": "SCMP_ACT_ERRNO", "defaultErrnoRet": .integer(Int64(Self.unknown)),
            "archMap": [
                [
                    "architecture": .string("SCMP_ARCH_" + SeccompArchitecture.native.rawValue),
                    "subArchitectures": JSON(others),
                ]
            ],
            "syscalls": .array(groups), "capabilities": JSON(capabilities.memberNames),
        ]
    }

    /// ENOSYS, after which libraries take an older call.
    private static let unknown: UInt16 = 38

    /// The flags that go with the profile in this file.
    public func flags(file: String) -> String {
        let added = capabilities.memberNames.map { " --cap-add " + $0.dropFirst(4) }.joined()
        return "--cap-drop ALL\(added) --security-opt seccomp=\(file)"
    }
}
