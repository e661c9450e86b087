// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux

extension Engine {
    /// What has to be taken away when the container is no more, the last made first.
    func journal(
        of plan: Plan, _ container: borrowing ClaimedContainer, claims: Claims, isKept: Bool
    ) -> [Undo] {
        var list: [Undo] = []
        for case .undo(let undo) in plan.after { list.append(undo) }
        list +=
            claims.files.map { .removeLink(path: $0, owner: container.id) }
            + (claims.walls + claims.names).map { .removeFile(path: $0) }
        if !isKept { list.append(.removeTree(path: container.path)) }
        return list
    }

    /// The container's own directory, after its journal: from here on a kill at any moment is cleaned up.
    func prepareFiles(
        _ container: borrowing ClaimedContainer, journal: [Undo], image: Image
    ) throws(SystemError) {
        try container.write(journal: journal)
        let parent = try Descriptor.makeDirectories(containers.directory, mode: 0o700)
        try parent.makeDirectory(container.id, mode: 0o700)
        let own = try parent.open(container.id, [.directory])
        try own.makeDirectory("upper", mode: 0o755)
        try own.makeDirectory("work", mode: 0o700)
        // The root that the container sees has the owner and mode of the upper directory. The caller's umask may have
        // taken bits away.
        guard let path = image.rootPath else { return try own.setPermissions(0o755, of: "upper") }
        let status = try Descriptor.open(path, [.path, .directory]).status()
        try own.setPermissions(status.permissions, of: "upper")
        if status.user != 0 || status.group != 0 {
            try own.setOwner(user: status.user, group: status.group, of: "upper")
        }
    }

    /// Puts the record of a running container in its place, to be shown later.
    func stage(
        _ record: inout ContainerRecord, process: Int32?, _ container: borrowing ClaimedContainer
    ) -> SystemError? {
        guard let process else { return nil }
        record.started = Clock.wall.rfc3339
        record.error = ""
        record.scope = ProcessScope.current
        record.state = .running(
            process: process, startTime: ProcessTimes.start(of: process) ?? 0, since: record.started)
        do throws(SystemError) {
            try container.stage(record)
            return nil
        } catch {
            return error
        }
    }

    /// `--cidfile`: refuses to write over a file, which may be another container's.
    func writeIdentifier(_ id: String, to path: String) throws(EngineError) {
        do throws(SystemError) {
            try Descriptor.open(path, [.writeOnly, .create, .exclusive], mode: 0o644).write(id)
        } catch {
            guard error.errno == .exists else {
                throw EngineError(.invalid, "cannot write the container's id to \(path)", cause: error)
            }
            throw EngineError(
                .invalid, "--cidfile \(path) exists, and may be another container's: remove it, or name another file")
        }
    }

    /// Writes down how the container ended, or removes what is left of it.
    func close(
        _ container: borrowing ClaimedContainer, _ record: inout ContainerRecord, _ status: ExitStatus,
        outOfMemory: Bool, isKept: Bool, undo: () -> Void
    ) throws(EngineError) {
        record.state = .exited(code: status.code, finished: Clock.wall.rfc3339, outOfMemory: outOfMemory)
        undo()
        self.record(event: .container(record, "die", attributes: ["exitCode": "\(status.code)"]))
        defer { if !isKept { self.record(event: .container(record, "destroy")) } }
        if isKept {
            do {
                try container.write(record, durable: true)
            } catch {
                container.release(completely: false)
                throw EngineError(.store, "cannot write down how the container ended", cause: error)
            }
        } else {
            try? Undo.removeTree(path: container.path).perform()
        }
        container.release(completely: !isKept)
    }

    /// Whether the kernel killed a process of the cgroup because its memory was used up: cgroup-v2.rst, memory.events.
    static func ranOutOfMemory(_ cgroup: String?) -> Bool {
        guard let cgroup, let bytes = try? Descriptor.contents(of: cgroup + "/memory.events") else { return false }
        return String(decoding: bytes, as: UTF8.self).split(separator: "\n").contains {
            $0.hasPrefix("oom_kill ") && $0 != "oom_kill 0"
        }
    }

    /// What to tell a person of a container that was killed for its memory.
    static func memoryLine(_ limits: LimitRequest) -> String {
        let limit = limits.memory.map { " of \($0.bytes) bytes" } ?? ""
        return "killed: the container used up its memory limit\(limit); give it more with --memory"
    }

    /// A failed start, with the hint that the step alone does not give.
    func startFailure(_ failure: StepFailure, limits: LimitRequest) -> EngineError {
        switch failure.kind {
        case .notFound: return EngineError(.programNotFound, "\(failure)")
        case .notExecutable: return EngineError(.programNotExecutable, "\(failure)")
        case .died where limits.memory != nil || limits.processes != nil:
            return EngineError(
                .start, "cannot start the container: \(failure); its limits are below what a start needs, so raise them"
            )
        case .setup, .died:
            let hint = OuterContainer.hint(failure.errno).map { "; \($0)" } ?? ""
            return EngineError(.start, "cannot start the container: \(failure)\(hint)")
        }
    }
}
