// SPDX-License-Identifier: Apache-2.0
public import Linux

extension SeccompRules {
    /// The same rules, but that somebody is asked about these calls where they would be let through. What is refused stays
    /// refused, and nobody is asked about it.
    public func asking(about names: Set<String>) -> SeccompRules {
        var asking = self
        asking.rules = rules.flatMap { rule -> [SeccompRule] in
            guard rule.action.passes else { return [rule] }
            let (asked, others) = (rule.names.filter(names.contains), rule.names.filter { !names.contains($0) })
            var parts: [SeccompRule] = []
            if !others.isEmpty { parts.append(SeccompRule(others, rule.action, where: rule.comparisons)) }
            if !asked.isEmpty { parts.append(SeccompRule(asked, .notify, where: rule.comparisons)) }
            return parts
        }
        // For what no rule decides.
        if defaultAction.passes { asking.rules.append(SeccompRule(names.sorted(), .notify)) }
        // Once the answer is being found a signal does not begin the call, and so the question, anew.
        asking.flags.insert(.waitKillable)
        return asking
    }
}

extension SeccompAction {
    /// Whether the kernel carries the call out.
    fileprivate var passes: Bool { self == .allow || self == .log }
}
