// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// How a file is opened: the `O_` flags of open(2). `O_CLOEXEC` is always added.
public struct OpenFlags: OptionSet, Hashable, Sendable {
    public let rawValue: Int32
    public init(rawValue: Int32) { self.rawValue = rawValue }

    public static let readOnly = OpenFlags([])
    public static let writeOnly = OpenFlags(rawValue: O_WRONLY)
    public static let readWrite = OpenFlags(rawValue: O_RDWR)
    public static let create = OpenFlags(rawValue: O_CREAT)
    public static let exclusive = OpenFlags(rawValue: O_EXCL)
    public static let truncate = OpenFlags(rawValue: O_TRUNC)
    public static let append = OpenFlags(rawValue: O_APPEND)
    public static let directory = OpenFlags(rawValue: O_DIRECTORY)
    public static let noFollow = OpenFlags(rawValue: O_NOFOLLOW)
    public static let nonBlocking = OpenFlags(rawValue: O_NONBLOCK)
    public static let noControllingTerminal = OpenFlags(rawValue: O_NOCTTY)
    /// A handle on the place, not on the contents.
    public static let path = OpenFlags(rawValue: 0o10000000)
}

/// Where a name may lead: the `RESOLVE_` flags of openat2(2).
public struct Resolution: OptionSet, Hashable, Sendable {
    public let rawValue: UInt64
    public init(rawValue: UInt64) { self.rawValue = rawValue }

    public static let noCrossDevice = Resolution(rawValue: UInt64(RESOLVE_NO_XDEV))
    public static let noMagicLinks = Resolution(rawValue: UInt64(RESOLVE_NO_MAGICLINKS))
    public static let noSymlinks = Resolution(rawValue: UInt64(RESOLVE_NO_SYMLINKS))
    /// A name that leads out is an error.
    public static let beneath = Resolution(rawValue: UInt64(RESOLVE_BENEATH))
    /// The directory is the root: `..` and absolute links stay inside.
    public static let inRoot = Resolution(rawValue: UInt64(RESOLVE_IN_ROOT))
    /// How every name under a container's root is resolved.
    public static let container: Resolution = [.inRoot, .noMagicLinks]
}

extension Descriptor {
    /// Opens `path` of this process's own root: open(2).
    public static func open(_ path: String, _ flags: OpenFlags, mode: UInt32 = 0) throws(SystemError) -> Descriptor {
        Descriptor(adopting: try check("open") { unsafe mb_open(path, flags.rawValue | O_CLOEXEC, mode) })
    }

    /// Opens `path` relative to this directory: openat(2).
    public borrowing func open(_ path: String, _ flags: OpenFlags, mode: UInt32 = 0) throws(SystemError) -> Descriptor {
        let directory = raw
        return Descriptor(
            adopting: try check("openat") { unsafe mb_openat(directory, path, flags.rawValue | O_CLOEXEC, mode) })
    }

    /// Opens `path` relative to this directory, which it cannot leave in ways that `resolution` forbids: openat2(2).
    ///
    /// `EAGAIN` (a rename raced with the walk) is tried again up to 128 times, as runc found to be enough.
    public borrowing func open(
        _ path: String, _ flags: OpenFlags, mode: UInt32 = 0, resolve resolution: Resolution
    ) throws(SystemError) -> Descriptor {
        let directory = raw
        var attempts = 0
        while true {
            do {
                return Descriptor(
                    adopting: try check("openat2") {
                        unsafe mb_openat2(
                            directory, path, UInt64(flags.rawValue | O_CLOEXEC),
                            flags.contains(.create) ? UInt64(mode) : 0, resolution.rawValue)
                    })
            } catch {
                attempts += 1
                guard error.errno == .again, attempts < 128 else { throw error }
            }
        }
    }

    /// Makes a directory; its mode is subject to the umask: mkdirat(2).
    public borrowing func makeDirectory(_ name: String, mode: UInt32 = 0o755) throws(SystemError) {
        let directory = raw
        try check("mkdirat") { unsafe mkdirat(directory, name, mode) }
    }

    /// Makes a symbolic link `name` that says `target`: symlinkat(2).
    public borrowing func makeSymbolicLink(_ name: String, to target: String) throws(SystemError) {
        let directory = raw
        try check("symlinkat") { unsafe symlinkat(target, directory, name) }
    }

    /// Makes a file, device or pipe: mknodat(2).
    public borrowing func makeNode(_ name: String, mode: UInt32, device: DeviceNumber = .none) throws(SystemError) {
        let directory = raw
        try check("mknodat") { unsafe mknodat(directory, name, mode, dev_t(device.packed)) }
    }

    /// What the symbolic link `name` says: readlinkat(2). An empty name reads the link this descriptor was opened on.
    public borrowing func readLink(_ name: String) throws(SystemError) -> String {
        let directory = raw
        var buffer = [CChar](repeating: 0, count: 4096)
        let count = try check("readlinkat") { unsafe readlinkat(directory, name, &buffer, buffer.count) }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Where what is open is now, as this process sees it: proc(5), `/proc/self/fd`.
    public borrowing func path() throws(SystemError) -> String {
        var buffer = [CChar](repeating: 0, count: 4096)
        let number = raw
        let count = try check("readlink") {
            unsafe readlink("/proc/self/fd/\(number)", &buffer, buffer.count)
        }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Removes the file `name`, or the empty directory: unlinkat(2).
    public borrowing func remove(_ name: String, directory isDirectory: Bool = false) throws(SystemError) {
        let directory = raw
        try check("unlinkat") { unsafe unlinkat(directory, name, isDirectory ? AT_REMOVEDIR : 0) }
    }

    /// Renames within this directory: renameat(2).
    public borrowing func rename(_ old: String, to new: String) throws(SystemError) {
        let directory = raw
        try check("renameat") { unsafe renameat(directory, old, directory, new) }
    }
}

extension Descriptor {
    /// Whether this process may write to this file or directory, by its effective ids and capabilities: faccessat2(2).
    public borrowing func mayWrite() -> Bool {
        let number = raw
        return unsafe faccessat(number, "", W_OK, AT_EACCESS | Int32(atEmptyPath)) == 0
    }
}

/// A device number: major and minor.
public struct DeviceNumber: Hashable, Sendable, CustomStringConvertible {
    public let major: UInt32
    public let minor: UInt32
    public init(_ major: UInt32, _ minor: UInt32) {
        self.major = major
        self.minor = minor
    }
    public static let none = DeviceNumber(0, 0)
    init(packed: UInt64) { self.init(mb_major(packed), mb_minor(packed)) }
    var packed: UInt64 { UInt64(mb_makedev(major, minor)) }
    /// `1:3`.
    public var description: String { "\(major):\(minor)" }
}
