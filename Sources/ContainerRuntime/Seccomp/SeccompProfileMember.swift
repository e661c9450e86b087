// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// A member of a seccomp profile in JSON, and its name for errors. An absent list is an empty one.
struct Member {
    private let json: JSON?
    private let subject: String

    init(_ json: JSON?, _ subject: String) {
        self.json = json
        self.subject = subject
    }

    private func wrong(_ reason: String) -> SeccompProfileError {
        json == nil ? SeccompProfileError(.missing, subject, "it is required") : .init(.value, subject, reason)
    }

    func object() throws(SeccompProfileError) -> JSON.Object {
        guard let object = json?.object else { throw wrong("it must be an object") }
        return object
    }

    func string() throws(SeccompProfileError) -> String {
        guard let string = json?.string else { throw wrong("it must be a string") }
        return string
    }

    func elements() throws(SeccompProfileError) -> [JSON] {
        guard let json, !json.isNull else { return [] }
        guard let array = json.array else { throw wrong("it must be an array") }
        return array
    }

    func strings() throws(SeccompProfileError) -> [String] {
        var result: [String] = []
        for element in try elements() {
            guard let string = element.string else { throw wrong("it must hold strings only") }
            result.append(string)
        }
        return result
    }

    private func number(_ json: JSON?) throws(SeccompProfileError) -> UInt64 {
        guard let json else { return 0 }
        guard let number = json.uint64 else { throw wrong("its numbers must be whole ones from 0 to 2^64-1") }
        return number
    }

    /// `errnoRet` belongs to the actions that carry a number; without it that is EPERM, as for runc.
    func action(
        _ errnoRet: JSON?, _ errnoSubject: String, takesSupervisor: Bool = false
    ) throws(SeccompProfileError) -> SeccompAction {
        let name = try string()
        let data = errnoRet.flatMap { $0.isNull ? nil : $0 }
        let code = data == nil ? 1 : data?.whole(as: UInt16.self)
        guard let code else { throw .init(.value, errnoSubject, "it must be a number from 0 to 65535") }
        switch name {
        case "SCMP_ACT_ERRNO": return .errno(code)
        case "SCMP_ACT_TRACE": return .trace(code)
        case "SCMP_ACT_NOTIFY" where takesSupervisor && data == nil: return .notify
        case "SCMP_ACT_NOTIFY" where !takesSupervisor:
            throw .init(.unsupported, subject, "no supervisor can be asked here, write SCMP_ACT_ERRNO")
        default: break
        }
        guard let action = name == "SCMP_ACT_NOTIFY" ? .notify : Self.actions[name] else {
            throw wrong(
                "\"\(name)\" is no action, write SCMP_ACT_ALLOW, SCMP_ACT_ERRNO or another of seccomp_rule_add(3)")
        }
        if data != nil { throw .init(.value, errnoSubject, "\(name) has no number, remove it or write SCMP_ACT_ERRNO") }
        return action
    }

    private static let actions: [String: SeccompAction] = [
        "SCMP_ACT_KILL": .killThread, "SCMP_ACT_KILL_THREAD": .killThread, "SCMP_ACT_KILL_PROCESS": .killProcess,
        "SCMP_ACT_TRAP": .trap, "SCMP_ACT_ALLOW": .allow, "SCMP_ACT_LOG": .log,
    ]

    func comparison() throws(SeccompProfileError) -> SeccompComparison {
        let members = try object()
        guard let index = members["index"]?.int, (0..<6).contains(index) else {
            throw SeccompProfileError(.value, "\(subject).index", "it must be a number from 0 to 5")
        }
        let name = try Member(members["op"], "\(subject).op").string()
        guard let test = Self.operators[name] else {
            throw SeccompProfileError(
                .value, "\(subject).op",
                "\"\(name)\" is no comparison, write SCMP_CMP_ and NE, LT, LE, EQ, GE, GT, MASKED_EQ")
        }
        let value = try number(members["value"])
        let second = try number(members["valueTwo"])
        // The OCI specification writes the mask first.
        if test == .maskedEqual { return SeccompComparison(index, test, second & value, mask: value) }
        return SeccompComparison(index, test, value)
    }

    private static let operators: [String: SeccompComparison.Operator] = [
        "SCMP_CMP_NE": .notEqual, "SCMP_CMP_LT": .less, "SCMP_CMP_LE": .lessOrEqual, "SCMP_CMP_EQ": .equal,
        "SCMP_CMP_GE": .greaterOrEqual, "SCMP_CMP_GT": .greater, "SCMP_CMP_MASKED_EQ": .maskedEqual,
    ]

    func condition() throws(SeccompProfileError) -> SeccompProfile.Condition {
        var condition = SeccompProfile.Condition()
        guard let json, !json.isNull else { return condition }
        let members = try object()
        for name in try Member(members["caps"], "\(subject).caps").strings() {
            guard let capability = CapabilitySet(name: name) else {
                throw SeccompProfileError(.value, "\(subject).caps", "\"\(name)\" is no capability")
            }
            condition.capabilities.formUnion(capability)
        }
        condition.architectures = try Member(members["arches"], "\(subject).arches").strings()
        if let kernel = members["minKernel"] {
            guard let text = kernel.string, let version = KernelVersion(release: text) else {
                throw SeccompProfileError(.value, "\(subject).minKernel", "it must be a version such as \"4.8\"")
            }
            condition.kernel = version
        }
        return condition
    }

    /// The architectures that this program knows; those that the specification has besides cannot run here.
    func architectures() throws(SeccompProfileError) -> [SeccompArchitecture] {
        var result: [SeccompArchitecture] = []
        for name in try strings() {
            let short = name.hasPrefix("SCMP_ARCH_") ? String(name.dropFirst(10)) : ""
            if let architecture = SeccompArchitecture(rawValue: short) {
                result.append(architecture)
            } else if !Self.elsewhere.contains(short) {
                throw wrong("\"\(name)\" is no architecture, write SCMP_ARCH_X86_64 or the like")
            }
        }
        return result
    }

    private static let elsewhere: Set<String> = [
        "MIPS", "MIPS64", "MIPS64N32", "MIPSEL", "MIPSEL64", "MIPSEL64N32", "PPC", "PPC64", "PPC64LE", "S390", "S390X",
        "PARISC", "PARISC64", "LOONGARCH64", "M68K", "SH", "SHEB",
    ]
}
