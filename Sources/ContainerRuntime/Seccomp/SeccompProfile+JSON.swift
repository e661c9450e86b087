// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

extension SeccompProfile {
    /// The profile in Docker's format (`--security-opt seccomp=FILE`), from the bytes of the file.
    public init(parsing bytes: [UInt8]) throws(SeccompProfileError) {
        do {
            self = try SeccompProfile(JSON(parsing: bytes))
        } catch let error as JSONError {
            throw SeccompProfileError(.syntax, "line \(error.line)", "\(error)")
        } catch let error as SeccompProfileError {
            throw error
        } catch {
            throw SeccompProfileError(.syntax, "the document", "\(error)")
        }
    }

    /// `linux.seccomp` of an OCI configuration: Docker's format without conditions, and with a supervisor.
    public init(resolved json: JSON) throws(SeccompProfileError) {
        try self.init(json, takesSupervisor: true)
        let top = try Member(json, "the document").object()
        if top["listenerMetadata"]?.string.map({ !$0.isEmpty }) ?? false, top["listenerPath"] == nil {
            throw SeccompProfileError(.value, "listenerMetadata", "it is of no use without listenerPath: remove it")
        }
        // The supervisor would be asked before it is there.
        if defaultAction == .notify {
            throw SeccompProfileError(
                .unsupported, "defaultAction", "SCMP_ACT_NOTIFY would hold the set-up itself: name calls in syscalls")
        }
    }

    /// The profile in Docker's format.
    ///
    /// It behaves as runc makes of it: a rule without arguments overrides those with some, and a call newer than every
    /// one named fails with ENOSYS unless the profile allows by default.
    public init(_ json: JSON) throws(SeccompProfileError) { try self.init(json, takesSupervisor: false) }

    private init(_ json: JSON, takesSupervisor: Bool) throws(SeccompProfileError) {
        let top = try Member(json, "the document").object()
        for unsupported in ["listenerPath", "listenerMetadata"] where !takesSupervisor && top[unsupported] != nil {
            throw SeccompProfileError(.unsupported, unsupported, "no supervisor can be asked here, remove it")
        }
        let action = try Member(top["defaultAction"], "defaultAction").action(
            top["defaultErrnoRet"], "defaultErrnoRet", takesSupervisor: takesSupervisor)
        let passes = action == .allow || action == .log
        self.init(
            defaultAction: action, foreignAction: .killProcess, newerAction: passes ? nil : .errno(38),
            companions: try Self.companions(top), flags: try Self.flags(top, takesSupervisor: takesSupervisor),
            unconditionalWins: true, groups: [])
        for (index, element) in try Member(top["syscalls"], "syscalls").elements().enumerated() {
            groups.append(try Self.group(element, "syscalls[\(index)]", takesSupervisor: takesSupervisor))
        }
    }

    private static func group(
        _ json: JSON, _ subject: String, takesSupervisor: Bool
    ) throws(SeccompProfileError) -> Group {
        let members = try Member(json, subject).object()
        var names = try Member(members["names"], "\(subject).names").strings()
        if let name = members["name"] {
            if !names.isEmpty { throw SeccompProfileError(.value, "\(subject).name", "write either name or names") }
            names = [try Member(name, "\(subject).name").string()]
        }
        if names.isEmpty { throw SeccompProfileError(.missing, "\(subject).names", "name at least one system call") }
        let action = try Member(members["action"], "\(subject).action").action(
            members["errnoRet"], "\(subject).errnoRet", takesSupervisor: takesSupervisor)
        var comparisons: [SeccompComparison] = []
        for (index, element) in try Member(members["args"], "\(subject).args").elements().enumerated() {
            comparisons.append(try Member(element, "\(subject).args[\(index)]").comparison())
        }
        return Group(
            SeccompRule(names, action, where: comparisons),
            includes: try Member(members["includes"], "\(subject).includes").condition(),
            excludes: try Member(members["excludes"], "\(subject).excludes").condition())
    }

    private static func companions(
        _ top: JSON.Object
    ) throws(SeccompProfileError) -> [SeccompArchitecture: [SeccompArchitecture]] {
        var result: [SeccompArchitecture: [SeccompArchitecture]] = [:]
        let listed = try Member(top["architectures"], "architectures").architectures()
        if !listed.isEmpty { result[.native] = listed.filter { $0 != .native } }
        let map = try Member(top["archMap"], "archMap").elements()
        if !listed.isEmpty, !map.isEmpty {
            throw SeccompProfileError(.value, "archMap", "write either architectures or archMap")
        }
        for (index, element) in map.enumerated() {
            let members = try Member(element, "archMap[\(index)]").object()
            let main = JSON.array([members["architecture"] ?? .null])
            let subs = members["subArchitectures"]
            for architecture in try Member(main, "archMap[\(index)].architecture").architectures() {
                result[architecture] = try Member(subs, "archMap[\(index)].subArchitectures").architectures()
            }
        }
        return result
    }

    private static func flags(
        _ top: JSON.Object, takesSupervisor: Bool
    ) throws(SeccompProfileError) -> SeccompFilter.Flags {
        var flags: SeccompFilter.Flags = []
        for name in try Member(top["flags"], "flags").strings() {
            switch name {
            case "SECCOMP_FILTER_FLAG_TSYNC": flags.insert(.synchronizeThreads)
            case "SECCOMP_FILTER_FLAG_LOG": flags.insert(.log)
            case "SECCOMP_FILTER_FLAG_SPEC_ALLOW": flags.insert(.allowSpeculation)
            case "SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV" where takesSupervisor: flags.insert(.waitKillable)
            default:
                throw SeccompProfileError(
                    .unsupported, "flags",
                    "\"\(name)\" is not supported, write SECCOMP_FILTER_FLAG_LOG, _SPEC_ALLOW or _TSYNC")
            }
        }
        return flags
    }
}
