// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension ContainerDirectory {
    private static let configurationName = "config.json"

    /// Writes down how what the plan makes is taken away, before it is made, and what the container is, for commands
    /// that come later: the bundle may have changed by then.
    borrowing func prepare(_ plan: Plan, of bundle: Bundle) throws(SystemError) {
        var undos: [Undo] = []
        for case .undo(let undo) in plan.after { undos.append(undo) }
        try Journal.write(undos, in: directory)
        try directory.open(Self.configurationName, [.writeOnly, .create, .exclusive], mode: 0o600)
            .write(bundle.document)
    }

    /// What the container is, as its bundle said when it was created.
    borrowing func configuration() throws(RuntimeError) -> RuntimeConfiguration {
        try Bundle(reading: path).configuration
    }

    /// Takes away all that was made for a container that did not come to be. What cannot be taken away now is left to
    /// `delete --force`.
    borrowing func abandon() {
        if Journal.carryOut(in: directory) == nil { try? remove() }
    }
}

extension Plan {
    /// Whether a start that failed in the step `number` has made anything that is to be taken away: the first is the
    /// cgroup, where there is one, and that step makes it or nothing. 0 is behind all of them.
    func hasMade(by number: Int) -> Bool {
        let first = prepare.firstIndex { if case .makeCgroup = $0 { true } else { false } }
        return number == 0 || first.map { number > $0 + 1 } ?? true
    }

    /// The name of the phase that a step is of.
    func phase(of number: Int) -> String? { steps.first { $0.number == number }?.phase.rawValue }
}

extension NamespaceChoices {
    /// Those that are not the host's.
    var all: Namespaces {
        paths.reduce(joined.reduce(own) { $0.union($1.kinds) }) { $0.union($1.kind) }
    }
}
