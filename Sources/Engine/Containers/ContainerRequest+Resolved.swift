// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension ContainerRequest {
    /// The request without anything that only the place and time of its making tell, so that a later start does the
    /// same wherever it is asked for: relative paths are absolute, variables have their values, and the files that it
    /// names are in it.
    ///
    /// - Parameters:
    ///   - directory: where relative paths begin. Absolute.
    ///   - environment: the value of a variable of the creator's; nil where it is not set.
    /// - Throws: `missing` where a file that it names cannot be read.
    public func resolved(
        directory: String, environment outside: (String) -> String?
    ) throws(EngineError) -> ContainerRequest {
        if isResolved { return self }
        func absolute(_ path: String) -> String {
            path.isRooted ? path : directory + (directory.hasSuffix("/") ? "" : "/") + path
        }
        var request = self
        request.isResolved = true
        request.cidFile = cidFile.map(absolute)

        // Files come before the command line, and name what is not set outside without an effect, where `-e` removes it.
        request.environment = []
        for path in environmentFiles {
            for case .set(let name, let value) in try Self.environmentFile(absolute(path)).changes(outside: outside) {
                request.environment.append(EnvironmentArgument(name: name, value: value))
            }
        }
        request.environmentFiles = []
        request.environment += environment.map {
            EnvironmentArgument(name: $0.name, value: $0.value ?? outside($0.name))
        }

        for index in request.binds.indices {
            request.binds[index].source = request.binds[index].source.absolute(from: directory)
        }
        for (index, option) in securityOptions.enumerated() {
            guard case .seccomp(.file(let path)) = option else { continue }
            request.securityOptions[index] = .seccomp(.profile(try Self.profile(absolute(path)), name: path))
        }
        return request
    }

    private static func profile(_ path: String) throws(EngineError) -> String {
        let bytes: [UInt8]
        do {
            bytes = try Descriptor.contents(of: path)
        } catch {
            throw EngineError(.missing, "\(path): cannot use the seccomp profile", cause: error)
        }
        guard let contents = String(validating: bytes, as: UTF8.self) else {
            throw EngineError(.invalid, "\(path): cannot use the seccomp profile: it is not UTF-8 text")
        }
        return contents
    }
}

extension HostPath {
    /// This path from the root on.
    fileprivate func absolute(from directory: String) -> HostPath { HostPath(written: absolute(from: directory)) }
}
