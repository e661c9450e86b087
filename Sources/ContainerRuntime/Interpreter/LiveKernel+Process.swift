// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    /// Gives the process something of its own.
    borrowing func set(_ attribute: ProcessAttribute) throws(SystemError) {
        switch attribute {
        case .personality(let personality): try personality.apply()
        case .ioPriority(let priority): try priority.apply()
        case .scheduling(let scheduling): try scheduling.apply()
        case .memoryPolicy(let policy): try policy.apply()
        case .processors(let processors): try CurrentProcess.setProcessors(processors)
        case .everyProcessor: try CurrentProcess.resetProcessors()
        case .label(let module, let label):
            // Through the procfs that the parent has opened before there was a container, and never through the
            // container's own, where a file of the image's would take the label (CVE-2019-16884, CVE-2025-52881).
            try table.with(Slot.proc.number) { proc throws(SystemError) in try module.setOnExec(label, by: proc) }
        }
    }

    /// Lets the user of the program open its standard streams again. The group stays: a terminal's is `tty`. What is not
    /// the runtime's to give away, as a file of a read-only mount or of a user outside of the map, stays as it is; so does
    /// the null device, which is every process's.
    mutating func ownStreams() throws(SystemError) {
        streamsAreOwned = true
        for stream in [StandardStream.input, .output, .error] {
            let own = try stream.duplicate()
            let status = try own.status()
            if status.user == identity.user { continue }
            if status.kind == .character, status.node == DeviceNumber(1, 3) { continue }
            do throws(SystemError) {
                try own.setOwner(user: identity.user, group: status.group)
            } catch {
                guard [.invalid, .notPermitted, .readOnly].contains(error.errno) else { throw error }
            }
        }
    }

    /// Sets the five sets of a process that has become its user, with ``ConfineStep/keepCapabilities`` before.
    func set(_ sets: ProcessCapabilities) throws(SystemError) {
        try CurrentProcess.keepCapabilities(false)
        try ProcessCapabilities.setAmbient([])
        try ProcessCapabilities.set(
            effective: sets.effective, permitted: sets.permitted, inheritable: sets.inheritable)
        if !sets.ambient.isEmpty { try ProcessCapabilities.setAmbient(sets.ambient) }
    }

    /// Holds what the kernel says of this process against what was asked of it. That a call succeeded is no proof: a
    /// filter of an outer container may answer it without doing it.
    borrowing func verify(_ expected: Confinement) throws(StepError) {
        let found: ProcessCapabilities
        let hasNoNewPrivileges: Bool
        do throws(SystemError) {
            found = try ProcessCapabilities.current()
            hasNoNewPrivileges = try CurrentProcess.hasNoNewPrivileges()
        } catch {
            throw StepError(error)
        }
        for (name, wanted, has) in [
            ("effective", expected.capabilities.effective, found.effective),
            ("permitted", expected.capabilities.permitted, found.permitted),
            ("inheritable", expected.capabilities.inheritable, found.inheritable),
            ("bounding", expected.capabilities.bounding, found.bounding),
            ("ambient", expected.capabilities.ambient, found.ambient),
        ] where wanted != has {
            throw StepError(cause: nil, detail: "the \(name) set is \(has) and not \(wanted)")
        }
        if expected.noNewPrivileges, !hasNoNewPrivileges {
            throw StepError(cause: nil, detail: "no_new_privs is not set")
        }
        let (user, group) = (CurrentProcess.user, CurrentProcess.group)
        guard user == identity.user, group == identity.group else {
            throw StepError(
                cause: nil, detail: "the process is \(user):\(group) and not \(identity.user):\(identity.group)")
        }
    }
}
