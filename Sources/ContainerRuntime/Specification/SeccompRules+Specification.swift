// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension SeccompRules {
    /// `linux.seccomp` of a document: config-linux.md, "Seccomp".
    ///
    /// A runtime builds it with libseccomp, in whose trees a rule without arguments overrides those with some. Where the
    /// first that holds is meant, the rules are written anew so that they exclude each other.
    func specification(notes: inout [String]) throws(SeccompError) -> JSON {
        // Rules of a profile of the user's own are meant as libseccomp takes them already.
        let rules = newerAction == nil ? try disjointRules() : self.rules
        var object = JSON.Object()
        Self.put(defaultAction, "defaultAction", "defaultErrnoRet", in: &object)
        // On i386 libseccomp lets what has two answers, by its arguments, be neither: `socket` is behind `socketcall` too,
        // where no filter sees them.
        let served = newerAction == nil ? architectures.filter { $0 != .x86 } : architectures
        if served.count < architectures.count {
            notes.append(
                "32-bit programs are not served by the document's filter, as libseccomp cannot hold its rules for them")
        }
        object["architectures"] = JSON(served.map { "SCMP_ARCH_\($0.rawValue)" })
        let words = flags.words
        if !words.isEmpty { object["flags"] = JSON(words) }
        // Those that always hold are one entry an action: their order means nothing.
        var plain: [(action: SeccompAction, names: [String])] = []
        var entries: [JSON] = []
        for rule in rules where rule.action != defaultAction {
            guard rule.comparisons.isEmpty else {
                entries.append(Self.entry(rule.names, rule.action, rule.comparisons))
                continue
            }
            if let place = plain.firstIndex(where: { $0.action == rule.action }) {
                plain[place].names += rule.names
            } else {
                plain.append((rule.action, rule.names))
            }
        }
        object["syscalls"] = .array(plain.map { Self.entry($0.names, $0.action, []) } + entries)
        return .object(object)
    }

    private static func entry(
        _ names: [String], _ action: SeccompAction, _ comparisons: [SeccompComparison]
    ) -> JSON {
        var object = JSON.Object([("names", JSON(names))])
        put(action, "action", "errnoRet", in: &object)
        if !comparisons.isEmpty {
            object["args"] = .array(
                comparisons.map { comparison in
                    var argument = JSON.Object([("index", JSON(comparison.argument))])
                    let isMasked = comparison.operator == .maskedEqual
                    argument["value"] = JSON(isMasked ? comparison.mask : comparison.value)
                    if isMasked { argument["valueTwo"] = JSON(comparison.value) }
                    argument["op"] = .string("SCMP_CMP_" + comparison.operator.word)
                    return .object(argument)
                })
        }
        return .object(object)
    }

    private static func put(
        _ action: SeccompAction, _ name: String, _ numberName: String, in object: inout JSON.Object
    ) {
        let (word, number): (String, UInt32?) =
            switch action {
            case .allow: ("ALLOW", nil)
            case .log: ("LOG", nil)
            case .killProcess: ("KILL_PROCESS", nil)
            case .killThread: ("KILL_THREAD", nil)
            case .trap: ("TRAP", nil)
            case .notify: ("NOTIFY", nil)
            case let other where other.rawValue >> 16 == 0x7ff0: ("TRACE", other.rawValue & 0xffff)
            default: ("ERRNO", action.rawValue & 0xffff)
            }
        object[name] = .string("SCMP_ACT_" + word)
        if let number { object[numberName] = JSON(number) }
    }
}

extension SeccompComparison.Operator {
    /// As seccomp_rule_add(3) has it after `SCMP_CMP_`.
    fileprivate var word: String {
        switch self {
        case .notEqual: "NE"
        case .less: "LT"
        case .lessOrEqual: "LE"
        case .equal: "EQ"
        case .greaterOrEqual: "GE"
        case .greater: "GT"
        case .maskedEqual: "MASKED_EQ"
        }
    }
}

extension SeccompFilter.Flags {
    /// As the specification has them.
    fileprivate var words: [String] {
        [
            (Self.synchronizeThreads, "TSYNC"), (.log, "LOG"), (.allowSpeculation, "SPEC_ALLOW"),
            (.waitKillable, "WAIT_KILLABLE_RECV"),
        ].filter { contains($0.0) }.map { "SECCOMP_FILTER_FLAG_" + $0.1 }
    }
}
