// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The rules of every machine: what differs from one to the other is in ``FirewallSet``.
struct FirewallRules: Hashable, Sendable {
    struct Rule: Hashable, Sendable {
        var terms: [FirewallTerm]
        /// Why, for who lists the rules.
        var comment: String?

        init(_ terms: FirewallTerm..., comment: String? = nil) {
            self.terms = terms
            self.comment = comment
        }
    }

    struct Chain: Hashable, Sendable {
        let name: String
        let hook: NetfilterHook?
        let rules: [Rule]

        init(_ name: String, _ hook: NetfilterHook? = nil, _ rules: [Rule]) {
            self.name = name
            self.hook = hook
            self.rules = rules
        }
    }

    struct Table: Hashable, Sendable {
        let table: NetfilterTable
        let sets: [FirewallSet]
        let chains: [Chain]
    }

    /// Packets that the machine routes, or that are for itself.
    static let routed = NetfilterTable(.inet, "minibox")
    /// Frames that its bridges take in from containers.
    static let bridged = NetfilterTable(.bridge, "minibox")

    let tables: [Table]

    /// Those of this program.
    static let all = FirewallRules(tables: [routedTable, bridgedTable])

    /// Which rules they are: a set of that name is in each table, so that a batch that adds to the set fails where the rules
    /// are not there, or are those of another version. The tests say what it has to be when the rules change.
    static let mark = "ruleset_caece31d3fbec828"

    static let markSet = NetfilterSet(mark, key: [4], keyType: FirewallType.number(of: [.mark]), isInMachineOrder: true)
    static let markElement = NetfilterElement(key: [0, 0, 0, 0])

    /// All but the mark.
    func make(in batch: inout NetfilterBatch) {
        for part in tables {
            // A table that is not there cannot be deleted, and of one that is nothing may stay.
            batch.make(part.table)
            batch.delete(part.table)
            batch.make(part.table)
            for set in part.sets { batch.make(set.definition, in: part.table) }
            for chain in part.chains { batch.make(chain: chain.name, at: chain.hook, in: part.table) }
            for chain in part.chains {
                for rule in chain.rules {
                    batch.append(
                        rule: rule.expressions(in: part.table.family), comment: rule.comment, to: chain.name,
                        in: part.table)
                }
            }
        }
    }

    /// As `nft list ruleset` shows them, with empty sets.
    var text: String {
        tables.map { part in
            let sets = part.sets.map(\.text)
            return "table \(part.table.family) \(part.table.name) {\n"
                + (sets + part.chains.map { $0.text(in: part.table.family) }).joined(separator: "\n") + "}\n"
        }.joined()
    }
}

extension FirewallRules.Rule {
    func expressions(in family: NetfilterTable.Family) -> [NetfilterExpression] {
        var known: Set<FirewallField.Fact> = []
        return terms.flatMap { $0.expressions(in: family, knowing: &known) }
    }

    var text: String {
        terms.map(\.text).joined(separator: " ") + (comment.map { " comment \"\($0)\"" } ?? "")
    }
}

extension FirewallRules.Chain {
    func text(in family: NetfilterTable.Family) -> String {
        let head = hook.map {
            "\t\ttype \($0.kind.rawValue) hook \($0.place) priority \(Self.name(of: $0, in: family)); policy accept;\n"
        }
        return "\tchain \(name) {\n" + (head ?? "") + rules.map { "\t\t\($0.text)\n" }.joined() + "\t}\n"
    }

    /// What nft(8) calls a priority: CHAINS.
    private static func name(of hook: NetfilterHook, in family: NetfilterTable.Family) -> String {
        switch (family, hook.place, hook.priority) {
        case (.inet, _, -300): "raw"
        case (.inet, .prerouting, -100), (.bridge, .prerouting, -300): "dstnat"
        case (.inet, .prerouting, -90): "dstnat + 10"
        case (.inet, .postrouting, 100): "srcnat"
        case (.inet, _, 0), (.bridge, _, -200): "filter"
        default: "\(hook.priority)"
        }
    }
}
