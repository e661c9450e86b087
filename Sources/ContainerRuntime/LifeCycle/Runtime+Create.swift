// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension Runtime {
    /// Makes a container up to where only its program is missing: runtime.md of the runtime specification, "Create".
    ///
    /// Its process waits at the gate and is left to whoever started this command, or to the nearest subreaper.
    /// - Returns: what this host could not give, a line each.
    public func create(_ options: CreateOptions) throws(RuntimeError) -> [String] {
        let creation = try Creation(options, in: self, hasGate: true)
        options.showPlan?(creation.plan)
        if options.isDryRun { return creation.plan.notes }
        var container = try store.claim(options.id)
        _ = try creation.make(container)
        container.unlock()
        return creation.plan.notes
    }
}

extension Creation {
    /// Gives callers what they asked for: the terminal, a descriptor of the process, and its number.
    func tell(of started: borrowing Started) throws(RuntimeError) {
        if let path = options.pidFile { try ProcessIDFile.write(started.process.id, to: path) }
    }
}
