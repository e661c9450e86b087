// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI
internal import Registry

/// The file that `login` changes, in its directory.
///
/// The directory is reached name by name. Links on the way are followed where they are our own or root's, and lie where
/// nobody else can have put them: what root runs in somebody's home would otherwise write where that one wants it to.
/// Only one command at a time changes a file: it holds a lock on the directory, which leaves nothing behind.
struct CredentialFile: ~Copyable {
    private let directory: Descriptor
    private let name: FileName
    private let path: String

    private static let mostLinks = 16
    /// Milliseconds that another command is waited for, and between two looks.
    private static let patience: UInt32 = 30_000, pause: UInt32 = 20
    private static let mostBytes = 16 << 20

    /// Finds the directory and makes it where it is missing, and waits for who is just changing something there.
    init(_ path: String) throws(EngineError) {
        let place = try Self.locked(path)
        self.path = path
        name = place.name
        directory = place.above
    }

    private static func locked(_ path: String) throws(EngineError) -> Place {
        let place: Place
        do throws(SystemError) {
            let found = try find(path)
            place = Place(above: try found.above.open(".", [.readOnly, .directory]), name: found.name)
        } catch {
            throw failure(path, error)
        }
        try lock(place.above, path)
        return place
    }

    private struct Place: ~Copyable {
        var above: Descriptor
        var name: FileName
    }

    private static func find(_ path: String) throws(SystemError) -> Place {
        var rest = path.pathParts
        var place = try Descriptor.open(path.isRooted ? "/" : ".", [.path, .directory])
        var links = 0
        while let part = rest.first {
            rest.removeFirst()
            let name = FileName(String(part))
            let status = try status(of: name, in: place)
            if let status, status.kind == .symbolicLink {
                links += 1
                guard links <= mostLinks else { throw SystemError("readlink", .loop) }
                guard isOurs(status), isOurs(try place.status()) else { throw SystemError(refusal, .loop) }
                let target = try place.readLink(String(part))
                if target.isRooted { place = try Descriptor.open("/", [.path, .directory]) }
                rest = target.pathParts + rest
                continue
            }
            if rest.isEmpty { return Place(above: place, name: name) }
            if status == nil {
                // Another command may be quicker.
                do throws(SystemError) { try place.makeDirectory(name, mode: 0o700) } catch {
                    guard error.errno == .exists else { throw error }
                }
            }
            place = try place.open(name, [.path, .directory, .noFollow])
        }
        throw SystemError("open", .isDirectory)
    }

    private static let refusal: StaticString = "a link that another user may have put there"

    private static func isOurs(_ status: FileStatus) -> Bool {
        status.user == CurrentProcess.effectiveUser || status.user == 0
    }

    private static func status(of name: FileName, in place: borrowing Descriptor) throws(SystemError) -> FileStatus? {
        do throws(SystemError) { return try place.status(of: name) } catch {
            guard error.errno == .noEntry else { throw error }
            return nil
        }
    }

    private static func failure(_ path: String, _ error: SystemError) -> EngineError {
        EngineError(.store, "cannot write \(path)", cause: error)
    }

    private static func lock(_ directory: borrowing Descriptor, _ path: String) throws(EngineError) {
        var waited: UInt32 = 0
        while true {
            do throws(SystemError) {
                if try directory.lock(.exclusive, wait: false) { return }
            } catch {
                // A file system without such locks: then it is as it is for docker, which has none.
                if error.errno == .badDescriptor || error.errno == .notSupported { return }
                throw failure(path, error)
            }
            guard waited < patience else {
                throw EngineError(
                    .store,
                    "cannot write \(path): another command has been changing it for \(waited / 1000) s: try again")
            }
            Clock.sleep(milliseconds: pause)
            waited += pause
        }
    }

    /// What is in the file; nil where it is not there.
    borrowing func read() throws(EngineError) -> DockerConfiguration? {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try directory.open(name, [.readOnly, .nonBlocking, .noFollow]).readAll(limit: Self.mostBytes)
        } catch {
            if error.errno == .noEntry { return nil }
            throw EngineError(.missing, "cannot read \(path)", cause: error)
        }
        do throws(RegistryFileError) { return try DockerConfiguration(parsing: bytes) } catch {
            throw EngineError(.invalid, "cannot use \(path)", cause: error)
        }
    }

    /// Replaces the file. Its owner stays, where it is that of the directory.
    borrowing func write(_ file: DockerConfiguration) throws(EngineError) {
        let temporary = FileName(".minibox-" + Randomness.bytes(8).map { String($0, radix: 16) }.joined())
        do throws(SystemError) {
            let former = try Self.status(of: name, in: directory)
            let owner = try directory.status()
            let new = try directory.open(temporary, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
            do throws(SystemError) {
                try new.write(file.json.bytes(pretty: true) + [UInt8(ascii: "\n")])
                if let former, former.kind == .regular, former.user == owner.user {
                    try new.setOwner(user: former.user, group: former.group)
                }
                try new.synchronize()
                try directory.rename(temporary, to: name, in: directory)
            } catch {
                try? directory.remove(temporary)
                throw error
            }
            try directory.synchronize()
        } catch {
            throw Self.failure(path, error)
        }
    }
}
