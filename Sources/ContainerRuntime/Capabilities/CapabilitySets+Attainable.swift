// SPDX-License-Identifier: Apache-2.0
public import Linux

extension ProcessCapabilities {
    /// The sets that a process can have when these are asked for, and what was left out, a line each.
    ///
    /// Fewer rights than were asked for are safe, and what a caller's own bounding set lacks nobody can give. A set that
    /// was not asked for stays empty, the inheritable one above all: with it a program of a user that is no longer root
    /// would get capabilities by an exec (CVE-2022-24769, CVE-2022-29162, CVE-2022-27650).
    /// - Parameters:
    ///   - available: what the process that sets them can have.
    ///   - known: every capability that the kernel knows.
    public func attainable(
        available: CapabilitySet, known: CapabilitySet
    ) -> (sets: ProcessCapabilities, notes: [String]) {
        var notes: [String] = []
        let asked = bounding.union(permitted).union(effective).union(inheritable).union(ambient)
        let unknown = asked.subtracting(known)
        if !unknown.isEmpty { notes.append("the kernel knows no \(unknown): left out") }
        let lacking = asked.intersection(known).subtracting(available)
        if !lacking.isEmpty { notes.append("this process has no \(lacking) to give: left out") }
        var sets = self
        sets.bounding.formIntersection(available)
        sets.permitted.formIntersection(available)
        sets.effective.formIntersection(available)
        sets.inheritable.formIntersection(available)
        // An ambient capability is one that is permitted and inheritable too: capabilities(7).
        sets.ambient.formIntersection(sets.permitted.intersection(sets.inheritable))
        let lost = ambient.intersection(available).subtracting(sets.ambient)
        if !lost.isEmpty {
            notes.append("\(lost) cannot be ambient without being permitted and inheritable: left out")
        }
        // What is effective is permitted: capset(2), EPERM.
        let idle = sets.effective.subtracting(sets.permitted)
        if !idle.isEmpty {
            notes.append("\(idle) cannot be effective without being permitted: left out")
            sets.effective.subtract(idle)
        }
        return (sets, notes)
    }
}
