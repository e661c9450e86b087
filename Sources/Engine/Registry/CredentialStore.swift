// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI
public import Registry

/// Who asks which registry, as docker and podman keep it: in files of the user's, or with a program
/// `docker-credential-NAME`.
public struct CredentialStore: Sendable {
    /// The files that are read, the first of which is written.
    let files: [String]

    /// - Parameter files: at least one.
    init(files: [String]) { self.files = files }

    init() {
        func value(_ name: String) -> String? {
            Linux.Environment.value(of: name).flatMap { $0.isEmpty ? nil : $0 }
        }
        var files: [String] = []
        if let file = value("REGISTRY_AUTH_FILE") { files.append(file) }
        files.append((value("DOCKER_CONFIG") ?? "\(value("HOME") ?? "/root")/.docker") + "/config.json")
        if let directory = value("XDG_RUNTIME_DIR") { files.append("\(directory)/containers/auth.json") }
        files.append("/run/containers/\(CurrentProcess.effectiveUser)/auth.json")
        self.files = files
    }

    /// Where `login` keeps who asks.
    public var path: String { files[0] }

    /// Who asks the repository; nil where nobody has logged in.
    public func find(_ registry: String, repository: String? = nil) throws(EngineError) -> RegistryCredential? {
        for path in files {
            guard let file = try read(path) else { continue }
            if let name = file.helper(for: registry) {
                if let found = try CredentialHelper(name).get(DockerConfiguration.key(of: registry)) { return found }
            }
            if let found = file.credential(for: registry, repository: repository) { return found }
        }
        return nil
    }

    /// Keeps who asks. Returns whether the password is in the file itself, where everybody reads it who reads the file.
    public func store(_ credential: RegistryCredential, for registry: String) throws(EngineError) -> Bool {
        if let name = try read(path)?.helper(for: registry) {
            try CredentialHelper(name).store(credential, for: DockerConfiguration.key(of: registry))
            try change { $0.set(nil, for: registry) }
            return false
        }
        try change { $0.set(credential, for: registry) }
        return true
    }

    /// Forgets who asks; false where nobody was known.
    public func erase(_ registry: String) throws(EngineError) -> Bool {
        guard let file = try read(path) else { return false }
        var wasThere = file.has(registry)
        if let name = file.helper(for: registry) {
            let helper = CredentialHelper(name)
            let key = DockerConfiguration.key(of: registry)
            if try helper.get(key) != nil { wasThere = true }
            try helper.erase(key)
        }
        if file.has(registry) { try change { $0.remove(registry) } }
        return wasThere
    }

    // MARK: - The file

    private func read(_ path: String) throws(EngineError) -> DockerConfiguration? {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Descriptor.open(path, [.readOnly, .nonBlocking]).readAll(limit: 16 << 20)
        } catch {
            if error.errno == .noEntry || error.errno == .notDirectory { return nil }
            throw EngineError(.missing, "cannot read \(path)", cause: error)
        }
        do throws(RegistryFileError) { return try DockerConfiguration(parsing: bytes) } catch {
            throw EngineError(.invalid, "cannot use \(path)", cause: error)
        }
    }

    /// Changes what is in the file by now, which another command may have changed since it was read.
    private func change(_ body: (inout DockerConfiguration) -> Void) throws(EngineError) {
        let place = try CredentialFile(path)
        var file = try place.read() ?? DockerConfiguration()
        body(&file)
        try place.write(file)
    }
}
