// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension Runtime {
    /// What is to be told of a container.
    public func report(_ id: ContainerID) throws(RuntimeError) -> ContainerReport {
        try report(try store.find(id), users: OwnerNames())
    }

    /// What is to be told of all containers, in the order of their ids. One that is removed meanwhile is left out, and so
    /// is one whose state cannot be read: `state` says why.
    public func reports() throws(RuntimeError) -> [ContainerReport] {
        let users = OwnerNames()
        var reports: [ContainerReport] = []
        for id in try store.ids() {
            if let report = try? report(try store.find(id), users: users) { reports.append(report) }
        }
        return reports
    }

    private func report(
        _ container: borrowing ContainerDirectory, users: OwnerNames
    ) throws(RuntimeError) -> ContainerReport {
        let state = try container.state()
        let status = container.status(of: state)
        guard let state else {
            // Its creator is at work, or was killed and left it behind.
            if let state = container.announced() {
                return ContainerReport(
                    id: state.id, process: status == .creating ? state.process : 0, status: status,
                    bundle: state.bundle, rootFileSystem: state.rootFileSystem, created: state.created,
                    annotations: state.annotations, owner: users.name(of: state.owner))
            }
            return ContainerReport(
                id: container.id.text, process: 0, status: status, bundle: "", rootFileSystem: "",
                created: container.made, annotations: JSON.Object(), owner: users.name(of: 0))
        }
        return ContainerReport(
            id: state.id, process: status == .stopped ? 0 : state.process, status: status, bundle: state.bundle,
            rootFileSystem: state.rootFileSystem, created: state.created, annotations: state.annotations,
            owner: users.name(of: state.owner))
    }
}

extension ContainerDirectory {
    /// When the directory was made, or something was made in it.
    fileprivate var made: String {
        (try? directory.status()).map { $0.modified.rfc3339 } ?? Clock.wall.rfc3339
    }
}

/// The names of the host's users, read when the first one is asked for: passwd(5). No other source is asked, since that
/// would load libraries.
struct OwnerNames {
    func name(of user: UInt32) -> String {
        if user == 0 { return "root" }
        guard let bytes = try? Descriptor.contents(of: "/etc/passwd") else { return "\(user)" }
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            if fields.count > 2, String(decoding: fields[2], as: UTF8.self) == "\(user)" {
                return String(decoding: fields[0], as: UTF8.self)
            }
        }
        return "\(user)"
    }
}
