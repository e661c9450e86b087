// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

extension Descriptor {
    /// The names in this directory, without `.` and `..`, in the order of the file system.
    public borrowing func entries() throws(SystemError) -> [String] {
        // A second open file: reading moves the position, and this descriptor's may be O_PATH.
        let reader = try open(".", [.readOnly, .directory])
        let number = reader.release()
        guard let stream = unsafe fdopendir(number) else {
            let code = Glibc.errno
            _ = Glibc.close(number)
            throw SystemError("fdopendir", Errno(rawValue: code))
        }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) { field in
                unsafe field.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Removes `name` and everything below it, as ``removeTree(_:)`` of a ``FileName``.
    public borrowing func removeTree(_ name: String) throws(SystemError) { try removeTree(FileName(name)) }

    /// Makes each directory of `path` that is missing, and opens the last one. Links in it are followed: it is for
    /// places of the host's own, never for a container's root.
    public static func makeDirectories(_ path: String, mode: UInt32 = 0o755) throws(SystemError) -> Descriptor {
        do { return try open(path, [.readOnly, .directory]) } catch {
            guard error.errno == .noEntry else { throw error }
        }
        var place = try open(path.isRooted ? "/" : ".", [.readOnly, .directory])
        for part in path.pathParts {
            do { try place.makeDirectory(String(part), mode: mode) } catch {
                guard error.errno == .exists else { throw error }
            }
            place = try place.open(String(part), [.readOnly, .directory])
        }
        return place
    }
}
