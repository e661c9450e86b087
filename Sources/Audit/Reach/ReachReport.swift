// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// What a container's programs reach of the kernel, as one was told that asked, beside what was to be expected of its
/// capabilities and filters.
public struct ReachReport: Sendable {
    /// A call that the probe has asked for.
    struct Row: Hashable, Sendable {
        /// As the probe calls it: `mount`, `socket-raw`.
        var call: String
        /// Without which the kernel refuses it; empty where there is none.
        var needs: CapabilitySet
        /// `OK`, or the error that came.
        var seen: String
        /// What the filters were read to answer.
        var foretold: Foretold
    }

    enum Foretold: Hashable, Sendable {
        /// The filters refuse it: with this error, or one that is not told apart.
        case refused(String?)
        /// They let it through, and a capability is missing.
        case lacking
        case open
        /// They could not be read, or say nothing of it.
        case untold
    }

    var rows: [Row]
    init(rows: [Row]) { self.rows = rows }

    /// Takes what `minibox-probe reach` printed in the container; nil where that is nothing.
    public init?(_ output: [UInt8], of subject: AuditSubject) {
        let effective = subject.first.status.capabilities("CapEff") ?? []
        var filters: [SeccompFilter]?
        switch subject.first.filters {
        case .none: filters = []
        case .programs(let programs): filters = programs
        case .untold: filters = nil
        }
        var rows: [Row] = []
        for line in output.split(separator: 0x0A) {
            guard let json = try? JSON(parsing: Array(line)), json["probe"]?.string == "reach",
                let call = json["what"]?.string, let needs = json["needs"]?.string, let seen = json["result"]?.string
            else { continue }
            let capability = CapabilitySet(name: needs) ?? []
            var foretold = Foretold.untold
            if let filters {
                foretold = Self.foretell(call, by: filters)
                if foretold == .open || foretold == .untold, !capability.isSubset(of: effective) { foretold = .lacking }
            }
            rows.append(Row(call: call, needs: capability, seen: seen, foretold: foretold))
        }
        guard !rows.isEmpty else { return nil }
        self.init(rows: rows)
    }

    private static func foretell(_ name: String, by filters: [SeccompFilter]) -> Foretold {
        if filters.isEmpty { return .open }
        guard let call = ReachCalls.call(name), let action = call.answer(of: filters, on: .native) else {
            return .untold
        }
        if action.isAllowing { return .open }
        if action.rawValue & 0xffff_0000 == SeccompAction.errno(0).rawValue {
            return .refused(Errno(rawValue: Int32(action.rawValue & 0xffff)).name)
        }
        switch action {
        case .killProcess, .killThread, .trap: return .refused("SIGSYS")
        // Somebody else is asked.
        case .notify: return .untold
        default: return .refused(nil)
        }
    }

    /// Whether an answer is a refusal.
    static func isRefusal(_ seen: String) -> Bool {
        ["EPERM", "EACCES", "EROFS", "ENOSYS", "ECONNREFUSED", "SIGSYS"].contains(seen)
    }

    /// A67: what the filters were read to refuse came back refused, in their words.
    var verdict: AuditCheck.Verdict {
        let told = rows.compactMap { row in
            if case .refused(let error) = row.foretold { (row, error) } else { nil }
        }
        let wrong = told.filter { row, error in error.map { row.seen != $0 } ?? (row.seen == "OK") }
        if !wrong.isEmpty {
            return .open(wrong.map { "\($0.0.call) came to \($0.0.seen)" }.joined(separator: ", "))
        }
        if told.isEmpty { return .untold("no filter was read that refuses any of the \(rows.count) calls asked for") }
        return .stands("of \(rows.count) calls asked for, the \(told.count) that its filter refuses were refused")
    }

    /// The calls by what came of them, a line each of which there is one.
    public var text: String {
        var groups: [(String, [String])] = [
            ("refused by the filter", []), ("refused for want of a capability", []), ("refused otherwise", []),
            ("let through", []), ("let through without its capability", []),
        ]
        for row in rows {
            let place: Int
            switch (Self.isRefusal(row.seen), row.foretold) {
            case (true, .refused): place = 0
            case (true, .lacking): place = 1
            case (true, _): place = 2
            case (false, .lacking): place = 4
            case (false, _): place = 3
            }
            groups[place].1.append(row.seen == "OK" || place == 0 ? row.call : "\(row.call) (\(row.seen))")
        }
        return groups.filter { !$0.1.isEmpty }.map { "  \($0.0): \($0.1.joined(separator: ", "))\n" }.joined()
    }

    var json: JSON {
        .array(
            rows.map { row in
                let foretold: JSON =
                    switch row.foretold {
                    case .refused(let error): .string(error ?? "refused")
                    case .lacking: "lacking"
                    case .open: "open"
                    case .untold: .null
                    }
                return [
                    "call": .string(row.call), "needs": .string("\(row.needs)"), "seen": .string(row.seen),
                    "foretold": foretold,
                ]
            })
    }
}

extension AuditCheck {
    /// A67, which stands in a report where the container was asked.
    static let reach = AuditCheck(
        "A67", .privileges, .high, "is refused what its filter was read to refuse",
        advice: "what enters it has another filter: end it, and look who entered it ('minibox events')"
    ) { _ in .untold("minibox audit --probe asks") }
}
