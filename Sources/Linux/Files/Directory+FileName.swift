// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

extension Descriptor {
    /// Opens `name` relative to this directory, which it cannot leave in ways that `resolution` forbids: openat2(2).
    public borrowing func open(
        _ name: FileName, _ flags: OpenFlags, mode: UInt32 = 0, resolve resolution: Resolution = []
    ) throws(SystemError) -> Descriptor {
        let directory = raw
        var attempts = 0
        while true {
            do {
                return Descriptor(
                    adopting: try unsafe name.withCString { path throws(SystemError) in
                        try check("openat2") {
                            unsafe mb_openat2(
                                directory, path, UInt64(flags.rawValue | O_CLOEXEC),
                                flags.contains(.create) ? UInt64(mode) : 0, resolution.rawValue)
                        }
                    })
            } catch {
                // A rename raced with the walk.
                attempts += 1
                guard error.errno == .again, attempts < 128 else { throw error }
            }
        }
    }

    /// Makes a directory; its mode is subject to the umask: mkdirat(2).
    public borrowing func makeDirectory(_ name: FileName, mode: UInt32) throws(SystemError) {
        let directory = raw
        try unsafe name.withCString { path throws(SystemError) in
            try check("mkdirat") { unsafe mkdirat(directory, path, mode) }
        }
    }

    /// Makes a symbolic link `name` that says `target`: symlinkat(2).
    public borrowing func makeSymbolicLink(_ name: FileName, to target: FileName) throws(SystemError) {
        let directory = raw
        try unsafe name.withCString { path throws(SystemError) in
            try unsafe target.withCString { text throws(SystemError) in
                try check("symlinkat") { unsafe symlinkat(text, directory, path) }
            }
        }
    }

    /// Makes `name` a second name of `old` in `place`, of a symbolic link itself if it is one: linkat(2).
    public borrowing func makeHardLink(
        _ name: FileName, to old: FileName, in place: borrowing Descriptor
    ) throws(SystemError) {
        let (directory, other) = (raw, place.raw)
        try unsafe name.withCString { path throws(SystemError) in
            try unsafe old.withCString { source throws(SystemError) in
                try check("linkat") { unsafe linkat(other, source, directory, path, 0) }
            }
        }
    }

    /// Makes a file, device or pipe; its mode is subject to the umask: mknodat(2).
    public borrowing func makeNode(
        _ name: FileName, mode: UInt32, device: DeviceNumber = .none
    ) throws(SystemError) {
        let directory = raw
        try unsafe name.withCString { path throws(SystemError) in
            try check("mknodat") { unsafe mknodat(directory, path, mode, dev_t(device.packed)) }
        }
    }

    /// What the symbolic link `name` says: readlinkat(2).
    public borrowing func readLink(_ name: FileName) throws(SystemError) -> FileName {
        let directory = raw
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = try unsafe name.withCString { path throws(SystemError) in
            try check("readlinkat") { unsafe readlinkat(directory, path, &buffer, buffer.count) }
        }
        return FileName(buffer[..<count].map { UInt8(bitPattern: $0) }) ?? FileName("")
    }

    /// Removes the file `name`, or the empty directory: unlinkat(2).
    public borrowing func remove(_ name: FileName, directory isDirectory: Bool = false) throws(SystemError) {
        let directory = raw
        try unsafe name.withCString { path throws(SystemError) in
            try check("unlinkat") { unsafe unlinkat(directory, path, isDirectory ? AT_REMOVEDIR : 0) }
        }
    }

    /// Renames `old` in this directory to `new` in `place`: renameat(2).
    public borrowing func rename(
        _ old: FileName, to new: FileName, in place: borrowing Descriptor
    ) throws(SystemError) {
        let (directory, other) = (raw, place.raw)
        try unsafe old.withCString { source throws(SystemError) in
            try unsafe new.withCString { target throws(SystemError) in
                try check("renameat") { unsafe renameat(directory, source, other, target) }
            }
        }
    }

    /// The names in this directory, without `.` and `..`, in the order of their bytes.
    public borrowing func names() throws(SystemError) -> [FileName] {
        // A second open file: reading moves the position, and this descriptor's may be O_PATH.
        let reader = try open(".", [.readOnly, .directory])
        let number = reader.release()
        guard let stream = unsafe fdopendir(number) else {
            let code = Glibc.errno
            _ = Glibc.close(number)
            throw SystemError("fdopendir", Errno(rawValue: code))
        }
        defer { unsafe closedir(stream) }
        var names: [FileName] = []
        while true {
            Glibc.errno = 0
            guard let entry = unsafe readdir(stream) else {
                if Glibc.errno != 0 { throw SystemError("readdir", Errno(rawValue: Glibc.errno)) }
                break
            }
            let bytes = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { unsafe Array($0.prefix { $0 != 0 }) }
            if let name = FileName(bytes), bytes != [0x2E], bytes != [0x2E, 0x2E] { names.append(name) }
        }
        return names.sorted()
    }
}
