// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Names
internal import OCI

/// What the operator keeps of roles: `ROOT/roles/NAME.json`, each with what a container of that role is told. It is read anew for
/// each request, so that new credentials are told from the moment at which they are there.
struct RoleFiles: Sendable {
    /// Where a task of ECS asks.
    static let address = InternetAddress(.v4, 0xa9fe_aa02)
    private static let variable = "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI"

    /// The directory.
    var path: String

    /// A container's variables, and the one by which programs find its role: a path that nobody can guess.
    static func environment(above variables: [String]) throws(EngineError) -> [String] {
        guard path(in: variables) == nil else {
            throw EngineError(.invalid, "\(variable) says where --task-role answers: set it by that alone")
        }
        let digits = Randomness.bytes(16).map { byte in
            (byte < 16 ? "0" : "") + String(byte, radix: 16)
        }
        return variables + ["\(variable)=/v2/credentials/\(digits.joined())"]
    }

    /// What that variable says.
    static func path(in environment: [String]) -> String? {
        environment.first { $0.hasPrefix(variable + "=") }.map { String($0.dropFirst(variable.utf8.count + 1)) }
    }

    /// Opens what a role is told. Others than root can neither read nor change it, nor put another in its place.
    func open(_ role: RoleName) throws(EngineError) -> Descriptor {
        let file = "\(path)/\(role).json"
        func refuse(_ reason: String) -> EngineError {
            EngineError(.invalid, "the role \(role) is not told to anybody: \(reason)")
        }
        do {
            let directory = try Descriptor.open(path, [.readOnly, .directory, .noFollow])
            let above = try directory.status()
            guard above.user == CurrentProcess.effectiveUser, above.mode & 0o022 == 0 else {
                throw refuse("others may change \(path): chown root and chmod go-w \(path)")
            }
            let opened = try directory.open("\(role).json", [.readOnly, .noFollow, .nonBlocking])
            let status = try opened.status()
            guard status.kind == .regular else { throw refuse("\(file) is no regular file") }
            guard status.user == CurrentProcess.effectiveUser, status.mode & 0o077 == 0 else {
                throw refuse("others may read or change \(file): chown root and chmod 600 \(file)")
            }
            guard status.size <= RoleServer.mostBytes else {
                throw refuse("\(file) is larger than \(RoleServer.mostBytes >> 10) KiB")
            }
            let bytes = try opened.readAll(limit: RoleServer.mostBytes + 1)
            guard bytes.count <= RoleServer.mostBytes, (try? JSON(parsing: bytes))?.object != nil else {
                throw refuse("\(file) is no JSON object: write what the container is to be told")
            }
            try opened.seek(to: 0)
            return opened
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(
                .missing, "cannot read the role \(role), which is an object of JSON in \(file), root's alone",
                cause: error)
        }
    }
}
