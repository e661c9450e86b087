// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension FetchProcess {
    /// Takes a file that is said to be complete away from the program, to `name` in `place`, where it cannot be reached any
    /// more by who made it. It becomes root's, and nobody has it open to write to.
    ///
    /// What is in it is still to be proven; that it does not change from here on is sure.
    /// - Parameter size: how many bytes it must have; nil for any number up to `limit`.
    func accept(
        _ file: String, as name: FileName, in place: borrowing Descriptor, size: Int64?, limit: Int64 = .max
    ) throws(ImageError) -> Descriptor {
        try Self.accept(file, of: directory, as: name, in: place, size: size, limit: limit)
    }

    /// As ``accept(_:as:in:size:limit:)``, of a program that works in `directory`.
    static func accept(
        _ file: String, of directory: borrowing Descriptor, as name: FileName, in place: borrowing Descriptor,
        size: Int64?, limit: Int64 = .max
    ) throws(ImageError) -> Descriptor {
        func failure(_ words: String) -> ImageError {
            ImageError(.fetchProgram, file, "cannot take \(file) from minibox-fetch: \(words)")
        }
        let opened = try wrapping(Self.refusal(of: file)) { () throws(SystemError) in
            try open(file, of: directory)
        }
        // Before anything is changed: a link may be one to a file that is not the program's, and of which it would be known
        // from then on, or which would be root's.
        let found = try wrapping(Self.refusal(of: file)) { () throws(SystemError) in try opened.status() }
        guard found.kind == .regular else { throw failure("it is no file") }
        guard found.user == ConfinedProgram.user else { throw failure("it is another one's file") }
        guard found.links == 1 else { throw failure("it has several names") }
        let isWritten = try wrapping(Self.refusal(of: file)) { () throws(SystemError) in
            try opened.setOwner(user: 0, group: 0)
            try opened.setPermissions(0o444)
            // From here on nobody can open it to write.
            return try opened.isOpenForWriting()
        }
        guard !isWritten else { throw failure("something still writes to it") }
        let status = try wrapping(Self.refusal(of: file)) { () throws(SystemError) in try opened.status() }
        guard status.links == 1 else { throw failure("it has several names") }
        guard size == nil || size == status.size else {
            throw failure("it has \(status.size) bytes, and what names it says \(size ?? 0)")
        }
        guard status.size <= limit else { throw failure("it is larger than \(limit) bytes") }
        let moved = try wrapping(Self.refusal(of: file)) { () throws(SystemError) in
            try directory.rename(FileName(file), to: name, in: place)
            return try place.open(name, [.path, .noFollow]).status()
        }
        guard moved.isSameFile(as: status) else { throw failure("it is another file by now") }
        return opened
    }

    /// Opens what has that name in the directory of a program, which may be anything, and nothing elsewhere.
    static func open(_ file: String, of directory: borrowing Descriptor) throws(SystemError) -> Descriptor {
        try directory.open(
            file, [.readOnly, .noFollow, .nonBlocking, .noControllingTerminal],
            resolve: [.beneath, .noSymlinks, .noCrossDevice])
    }

    private static func refusal(of file: String) -> (SystemError) -> ImageError {
        { error in
            ImageError(.fetchProgram, file, "cannot take \(file) from minibox-fetch", cause: error)
        }
    }

    /// Gives the program a file to go on with, which is its own from here on; what is in it is nobody's word.
    func give(_ name: FileName, of place: borrowing Descriptor, as file: String) throws(ImageError) {
        try wrapping({ [directoryPath] in .write("\(directoryPath)/\(file)", $0) }) { () throws(SystemError) in
            // Where the program cannot reach it: in its own directory another file may have the name by then.
            let opened = try place.open(name, [.readOnly, .noFollow, .nonBlocking])
            let status = try opened.status()
            guard status.kind == .regular, status.links == 1 else { throw SystemError("open", .noEntry) }
            try opened.setPermissions(0o600)
            try opened.setOwner(user: ConfinedProgram.user, group: ConfinedProgram.user)
            try place.rename(name, to: FileName(file), in: directory)
        }
    }
}
