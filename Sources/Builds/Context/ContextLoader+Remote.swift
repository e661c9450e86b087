// SPDX-License-Identifier: Apache-2.0
internal import Compression
internal import Images
internal import Linux

extension ContextLoader {
    /// A file that came from elsewhere, in a directory below ``directory``, open at its start.
    struct Received: ~Copyable {
        let directory: String
        let name: FileName
        let file: Descriptor
        /// When it was modified where it comes from.
        let time: Int64?
    }

    // MARK: An archive or a Dockerfile

    /// Takes standard input in, whole: what it is shows only at its start, and an archive is read twice.
    func spool(_ signals: borrowing SignalQueue) throws(BuildError) -> Received {
        let place = try makeDirectory("received")
        let task = "keep standard input in \(place)"
        let file = try make("\(place)/input")
        try takeIn(to: file, task, signals)
        do throws(SystemError) { try file.seek(to: 0) } catch {
            throw BuildError(.file, "cannot \(task)", cause: error)
        }
        return Received(directory: place, name: "input", file: file, time: nil)
    }

    private func make(_ path: String) throws(BuildError) -> Descriptor {
        do throws(SystemError) {
            return try Descriptor.open(path, [.readWrite, .create, .exclusive], mode: 0o600)
        } catch {
            throw BuildError(.file, "cannot make \(path)", cause: error)
        }
    }

    private func takeIn(
        to file: borrowing Descriptor, _ task: String, _ signals: borrowing SignalQueue
    ) throws(BuildError) {
        var input = try InputFile(openInput)
        var isEmpty = true
        while let part = try input.next(to: task, interruptedBy: signals) {
            isEmpty = false
            do throws(SystemError) { try file.write(part) } catch {
                throw BuildError(.file, "cannot \(task)", cause: error)
            }
        }
        guard !isEmpty else {
            throw BuildError(
                .missing, "nothing came on standard input: send an archive of the context, or a Dockerfile")
        }
    }

    /// The context in an archive, with its Dockerfile, or a Dockerfile without any context.
    func received(_ received: consuming Received, called name: String) throws(BuildError) -> LoadedContext {
        let path = try makeDirectory("context")
        guard try isArchive(received.file, name) else {
            guard request.dockerfile == nil else {
                throw BuildError(
                    .invalid,
                    "\(name) is no archive, so it is the Dockerfile, and -f names another: write one of them")
            }
            let bytes: [UInt8]
            do throws(SystemError) { bytes = try read(received.file) } catch {
                throw BuildError(.file, "cannot read \(name)", cause: error)
            }
            return LoadedContext(
                dockerfileName: name, dockerfile: bytes,
                context: ContextDescription(
                    path: path, filter: IgnoreFilter(patterns: []), name: "the context", isLasting: false,
                    time: received.time),
                identity: name)
        }
        let context = try unpack(received, called: name, to: path, name: "the context")
        let root = try open(path)
        var chosen: String?
        if case .path(let path) = request.dockerfile { chosen = path }
        let found = try dockerfile(in: root, named: chosen, name)
        return LoadedContext(
            dockerfileName: found.name, dockerfile: found.bytes, context: context, identity: "\(name)\n\(found.name)")
    }

    /// A named context: the files of an archive, or the one file.
    func unpackOrKeep(
        _ received: consuming Received, called address: String, as place: String, name: String
    ) throws(BuildError) -> ContextDescription {
        let path = try makeDirectory(place)
        let time = received.time
        if try isArchive(received.file, address) {
            return try unpack(received, called: address, to: path, name: name)
        }
        do throws(SystemError) {
            let from = try Descriptor.open(received.directory, [.readOnly, .directory])
            let to = try Descriptor.open(path, [.readOnly, .directory])
            let file = FileName(RemoteSource.fileName(ofAddress: address))
            try from.rename(received.name, to: file, in: to)
            try to.setPermissions(0o600, of: file)
        } catch {
            throw BuildError(.file, "cannot keep \(address)", cause: error)
        }
        return ContextDescription(
            path: path, filter: IgnoreFilter(patterns: []), name: name, isLasting: false, time: time)
    }

    private func isArchive(_ file: borrowing Descriptor, _ name: String) throws(BuildError) -> Bool {
        do {
            // No Dockerfile is compressed, so a compressed file is an archive, if perhaps a damaged one.
            let start = try file.read(upTo: CompressionFormat.prefixLength)
            try file.seek(to: 0)
            if CompressionFormat(startOf: start[...]) != .none { return true }
            return try FileArchive.isArchive(file, named: name)
        } catch {
            throw BuildError(.file, "cannot read \(name)", cause: error)
        }
    }

    private func unpack(
        _ received: consuming Received, called archive: String, to path: String, name: String
    ) throws(BuildError) -> ContextDescription {
        var newest = received.time
        let root = try open(path)
        do {
            _ = try FileArchive.unpack(received.file, named: archive, into: try root.duplicate())
            // The archive is of no more use, and the disk's space is.
            try Descriptor.open(received.directory, [.readOnly, .directory]).remove(received.name)
            if newest == nil { newest = try Self.newest(in: root) }
        } catch let error as ImageError {
            throw BuildError(.missing, "cannot take \(archive) as a context", cause: error)
        } catch {
            throw BuildError(.file, "cannot take \(archive) as a context", cause: error)
        }
        return ContextDescription(
            path: path, filter: IgnoreFilter(patterns: []), name: name, isLasting: false, time: newest)
    }

    /// The time of the file that was modified last.
    static func newest(in directory: borrowing Descriptor) throws(SystemError) -> Int64? {
        var newest: Int64?
        try directory.visitTree { _, _, status throws(SystemError) in
            newest = max(newest ?? .min, status.modified.seconds)
            return true
        }
        return newest
    }

    // MARK: The network

    /// Fetches a file into the directory `place`, which is made.
    func fetch(
        _ address: String, to place: String, _ signals: borrowing SignalQueue
    ) throws(BuildError) -> Received {
        guard let fetcher else {
            throw BuildError(
                .unsupported,
                "\(address) cannot be fetched here: fetch it, and send it on standard input, as in - < FILE")
        }
        let path = try makeDirectory(place)
        let above = try open(path)
        let fetched = try fetcher.fetch(address, checksum: nil, into: above, interruptedBy: signals)
        do throws(SystemError) {
            return Received(
                directory: path, name: fetched.name, file: try above.open(fetched.name, [.readOnly, .noFollow]),
                time: fetched.modified?.seconds)
        } catch {
            throw BuildError(.file, "cannot read what \(address) gave", cause: error)
        }
    }

    /// Checks a repository out; `shown` is its address without a password.
    func checkOut(
        _ address: String, as place: String, name: String, _ signals: borrowing SignalQueue
    ) throws(BuildError) -> (context: ContextDescription, shown: String) {
        let reference = try GitReference(parsing: address)
        let path = try makeDirectory(place)
        let checkout = try GitCheckout(
            of: reference, into: try open(path), keepsDirectory: reference.keepsDirectory ?? keepsGitDirectory,
            interruptedBy: signals)
        let context = ContextDescription(
            path: checkout.place.isEmpty ? path : "\(path)/\(checkout.place)", filter: IgnoreFilter(patterns: []),
            name: name, isLasting: false, time: checkout.time)
        return (context, reference.shown + (reference.subdirectory.map { ":\($0)" } ?? ""))
    }

    /// `--build-arg BUILDKIT_CONTEXT_KEEP_GIT_DIR=1`.
    private var keepsGitDirectory: Bool {
        let value = request.arguments.last { $0.name == "BUILDKIT_CONTEXT_KEEP_GIT_DIR" }?.value.lowercased()
        return value == "1" || value == "true"
    }

    /// A new directory for a context, 0755 as a build makes one. Above it is one that only root can reach.
    private func makeDirectory(_ name: String) throws(BuildError) -> String {
        do throws(SystemError) {
            let above = try Descriptor.open(directory, [.readOnly, .directory])
            try above.makeDirectory(name, mode: 0o755)
            try above.setPermissions(0o755, of: name)
            return "\(directory)/\(name)"
        } catch {
            throw BuildError(.file, "cannot make a place for a context in \(directory)", cause: error)
        }
    }
}
