// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    public mutating func perform(_ step: ConfineStep) throws(StepError) {
        if case .verify(let expected) = step { return try verify(expected) }
        do throws(SystemError) {
            switch step {
            case .resetSignals: try CurrentProcess.resetSignals()
            case .newKeyring: try Keyring.joinNewSession()
            case .useStreams:
                for stream in 0...2 {
                    let number = Slot.stream(stream).number
                    let end = table.has(number) ? try table.take(number) : try emptyInput()
                    try CurrentProcess.setStandardStream(Int32(stream), to: end)
                }
            case .startSession(let terminal):
                try CurrentProcess.startSession()
                guard terminal else { return }
                let peer = try table.take(Slot.terminal.number)
                try peer.becomeControllingTerminal()
                for stream: Int32 in 0...2 { try CurrentProcess.setStandardStream(stream, to: peer) }
            case .setLimit(let choice): try choice.limit.apply(to: choice.resource)
            case .setFileModeMask(let mask): CurrentProcess.setFileModeMask(mask)
            case .changeDirectory(let path): try changeDirectory(path)
            case .loadFilter(let filter):
                try load(filter)
                loadedFilter = filter.program
            case .boundCapabilities(let kept): try ProcessCapabilities.bound(to: kept)
            case .becomeUser: try become(identity)
            case .setCapabilities(let kept):
                // Another user than root has none until a program file gives some: as Docker, and as the kernel does
                // at exec.
                let set = identity.user == 0 ? kept : []
                try ProcessCapabilities.setAmbient([])
                try ProcessCapabilities.set(effective: set, permitted: set, inheritable: [])
            case .dieWithParent: try CurrentProcess.setParentDeathSignal(.kill)
            case .joinKeyring(let name): try Keyring.joinNewSession(named: name)
            case .keepKeyring: break
            case .setAttribute(let attribute): try set(attribute)
            case .ownStreams: try ownStreams()
            case .keepCapabilities: try CurrentProcess.keepCapabilities(true)
            case .setCapabilitySets(let sets): try set(sets)
            case .setNoNewPrivileges: try CurrentProcess.setNoNewPrivileges()
            case .verify: break
            }
        } catch {
            throw StepError(cause: error, detail: step.hint(for: error))
        }
    }

    /// The container's own null device, and not the host's, whose mode and owner a container with the host's users could
    /// change. Where the container has put something else there, a pipe that nobody writes is as empty.
    private borrowing func emptyInput() throws(SystemError) -> Descriptor {
        let null = try? table.with(Slot.root.number) { root throws(SystemError) in
            try root.open(
                "dev/null", [.readOnly, .noFollow, .nonBlocking, .noControllingTerminal],
                resolve: [.beneath, .noSymlinks])
        }
        if let null, try null.status().kind == .character, try null.status().node == DeviceNumber(1, 3) { return null }
        return try Pipe().takeReader()
    }

    private borrowing func changeDirectory(_ path: String) throws(SystemError) {
        try table.with(Slot.root.number) { root throws(SystemError) in
            let name = String(path.drop { $0 == "/" })
            let directory = try root.open(name.isEmpty ? "." : name, [.path, .directory], resolve: .container)
            try CurrentProcess.changeDirectory(to: directory)
        }
        // The kernel's own answer: where it does not begin with a slash, the directory is not below the root.
        guard try CurrentProcess.currentDirectory().hasPrefix("/") else { throw SystemError("getcwd", .noEntry) }
    }

    private func become(_ identity: Identity) throws(SystemError) {
        if identity.user != 0, !streamsAreOwned {
            // The streams were made for root; a program that opens /dev/stdout again has to own what is behind it.
            for stream in [StandardStream.input, .output, .error] {
                let own = try stream.duplicate()
                let kind = try own.status().kind
                if kind == .pipe || own.isTerminal() { try own.setOwner(user: identity.user, group: identity.group) }
            }
        }
        if !groupsAreFixed || !identity.groups.isEmpty {
            try CurrentProcess.setSupplementaryGroups(identity.groups)
        }
        try CurrentProcess.setGroup(identity.group)
        try CurrentProcess.setUser(identity.user)
    }

    public mutating func perform(_ launch: Launch) throws(StepError) {
        do throws(SystemError) {
            try execute(launch)
        } catch {
            guard error.errno == .argumentsTooLong else { throw StepError(error) }
            throw StepError(
                cause: error,
                detail: "the arguments and variables of \(launch.arguments.first ?? "the program") are longer than the "
                    + "kernel takes (execve(2)): leave some out, or raise the stack limit with 'ulimit -s'")
        }
    }

    private mutating func execute(_ launch: Launch) throws(SystemError) {
        if launch.noNewPrivileges { try CurrentProcess.setNoNewPrivileges() }
        let program =
            table.has(Slot.program.number) ? try PlacedProgram(try table.take(Slot.program.number)) : nil
        let launcher = try Launcher.seal(
            filter: launch.isSeen ? nil : launch.filter?.program,
            path: program?.path ?? (launch.hasInit ? launch.arguments[0] : programPath),
            furtherStreams: launch.furtherStreams)
        var environment = launch.environment
        if !environment.contains(where: { $0.hasPrefix("HOME=") }) { environment.append("HOME=\(identity.home)") }
        let filter = launch.isSeen ? launch.filter?.program : nil
        let byPath = (filter ?? loadedFilter).map { !$0.allowsExecutionByDescriptor } ?? false
        guard let channel = socket.take() else {
            // It came through a gate.
            return try table.with(Slot.report.number) { report throws(SystemError) in
                try Launcher.execute(
                    launcher, arguments: launch.arguments, environment: environment, report: report, filter: filter,
                    furtherStreams: launch.furtherStreams, program: program, byPath: byPath)
            }
        }
        do throws(SystemError) {
            try channel.send(announcement)
            try Launcher.execute(
                launcher, arguments: launch.arguments, environment: environment, report: channel.descriptor,
                filter: filter, furtherStreams: launch.furtherStreams, program: program, byPath: byPath)
        } catch {
            // The failure still has to be told.
            socket = consume channel
            throw error
        }
    }
}

extension SeccompFilter {
    /// Whether the launcher can be executed under it as what it is, a file without a name.
    fileprivate var allowsExecutionByDescriptor: Bool {
        switch answer(to: .executeByDescriptor)?.action {
        case .allow, .log, nil: true
        default: false
        }
    }
}

extension ConfineStep {
    fileprivate func hint(for error: SystemError) -> String? {
        switch (self, error.errno) {
        case (.changeDirectory(let path), .notDirectory): "the working directory \(path) is no directory"
        case (.changeDirectory(let path), .noEntry): "the working directory \(path) is not in the container"
        case (.setLimit(let choice), .notPermitted):
            "raising \(choice.resource) to \(choice.limit.hard) needs CAP_SYS_RESOURCE, which this process lacks"
        case (.setAttribute(let attribute), let errno): attribute.hint(for: errno)
        default: nil
        }
    }
}
