// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

extension Runtime {
    /// Holds what the kernel says of a container's first process against what its configuration asked for.
    ///
    /// A program may give up more than it had to, which is no finding; nothing can give it back what it lost.
    public func audit(_ id: ContainerID) throws(RuntimeError) -> [AuditFinding] {
        let container = try store.find(id)
        guard let state = try container.state() else { throw .notRunning }
        switch container.status(of: state) {
        case .running, .paused: break
        case .creating, .created:
            throw RuntimeError(
                .notRunning, "cannot audit a container whose program does not run yet: start it before")
        case .stopped: throw .notRunning
        }
        let description = try container.configuration()
        let findings: [AuditFinding]
        do throws(SystemError) {
            // Held by its descriptor from here on, and found to be the container's still when all was read.
            let process = try Process(opening: state.process)
            findings = try Self.findings(of: state.process, description)
            try process.send(Signal(rawValue: 0))
        } catch {
            if error.errno == .noSuchProcess { throw .notRunning }
            throw RuntimeError(.files, "cannot look at the container's process", cause: error)
        }
        guard state.isAlive else { throw .notRunning }
        return findings
    }

    private static func findings(
        of process: Int32, _ description: RuntimeConfiguration
    ) throws(SystemError) -> [AuditFinding] {
        let status = ProcessStatus(try Descriptor.contents(of: "/proc/\(process)/status"))
        var findings: [AuditFinding] = []
        if description.process?.noNewPrivileges == true {
            findings.append(AuditFinding("noNewPrivileges", isHeld: status.value(of: "NoNewPrivs") == "1"))
        }
        if description.linux.seccomp != nil {
            // 2 is a filter: proc_pid_status(5).
            findings.append(AuditFinding("seccomp", isHeld: status.value(of: "Seccomp") == "2"))
        }
        let (asked, _) = ProcessCapabilities.named(description.process?.capabilities)
        for (name, set, allowed) in [
            ("bounding", "CapBnd", asked.bounding), ("permitted", "CapPrm", asked.permitted),
            ("effective", "CapEff", asked.effective), ("inheritable", "CapInh", asked.inheritable),
            ("ambient", "CapAmb", asked.ambient),
        ] {
            let found = status.capabilities(set)
            let more = found?.subtracting(allowed)
            findings.append(
                AuditFinding(
                    "capabilities.\(name)", isHeld: more?.isEmpty == true,
                    found: more.map { $0.isEmpty ? nil : "also \($0)" } ?? "not told by the kernel"))
        }
        let root = try Descriptor.open("/proc/\(process)/root", [.path, .directory])
        if description.root?.isReadOnly == true {
            findings.append(AuditFinding("root.readonly", isHeld: try root.fileSystemStatus().isReadOnly))
        }
        for path in description.linux.maskedPaths {
            if let isHeld = try look(at: path, below: root, isMasked) {
                findings.append(AuditFinding("maskedPaths \(path)", isHeld: isHeld))
            }
        }
        for path in description.linux.readonlyPaths {
            let isHeld = try look(at: path, below: root) { (place) throws(SystemError) in
                try place.fileSystemStatus().isReadOnly
            }
            if let isHeld { findings.append(AuditFinding("readonlyPaths \(path)", isHeld: isHeld)) }
        }
        return findings
    }

    /// What there is to say of a path in the container; nil where it has no such file.
    private static func look(
        at path: String, below root: borrowing Descriptor, _ test: (borrowing Descriptor) throws(SystemError) -> Bool
    ) throws(SystemError) -> Bool? {
        do throws(SystemError) {
            return try test(try root.open(path, .path, resolve: .container))
        } catch {
            if error.errno == .noEntry || error.errno == .notDirectory { return nil }
            throw error
        }
    }

    /// A file is hidden by the null device, and a directory by an empty one that cannot be written to.
    private static func isMasked(_ place: borrowing Descriptor) throws(SystemError) -> Bool {
        let status = try place.status()
        if status.isDirectory {
            guard try place.fileSystemStatus().isReadOnly else { return false }
            return try place.entries().isEmpty
        }
        return status.kind == .character && status.node == DeviceNumber(1, 3)
    }
}

/// One thing that a configuration asks for, and whether it is so.
public struct AuditFinding: Hashable, Sendable {
    /// The member of the configuration.
    public let subject: String
    public let isHeld: Bool
    /// What there is instead, where that can be said.
    public let found: String?

    init(_ subject: String, isHeld: Bool, found: String? = nil) {
        self.subject = subject
        self.isHeld = isHeld
        self.found = isHeld ? nil : found
    }

    public var json: JSON {
        var json: JSON = ["subject": .string(subject), "isHeld": .bool(isHeld)]
        json["found"] = found.map { .string($0) }
        return json
    }
}
