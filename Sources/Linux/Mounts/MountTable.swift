// SPDX-License-Identifier: Apache-2.0

/// A line of `/proc/self/mountinfo`: proc_pid_mountinfo(5).
public struct MountTableEntry: Hashable, Sendable {
    /// Which mount it is, as `fdinfo` of an open file names it too.
    public let id: Int
    /// `MAJOR:MINOR` of its file system.
    public let device: String
    /// The directory of the file system that is shown; `/` is all of it.
    public let root: String
    /// Where it is shown, as this process sees it.
    public let point: String
    /// Options of the mount, as in `rw,nosuid`.
    public let options: String
    /// How it spreads: `shared:1`, `master:2` and the like; none where it does not.
    public let propagation: [String]
    /// As `/proc/filesystems` names it.
    public let type: String
    /// Options of the file system, which name the controllers of a cgroup v1 hierarchy.
    public let superOptions: String

    /// Whether nothing can be written by way of it.
    public var isReadOnly: Bool {
        [options, superOptions].contains { $0.split(separator: ",").contains("ro") }
    }

    /// Whether the mount has the option, as in `nosuid`.
    public func has(_ option: String) -> Bool { options.split(separator: ",").contains { $0 == option } }
}

/// The mounts of a namespace. It is read where nothing cheaper answers: a host may have thousands.
public enum MountTable {
    /// The entries whose type is one of `types`, in the order of the file: a later one may lie over an earlier one.
    public static func entries(ofTypes types: Set<String>, in bytes: [UInt8]) -> [MountTableEntry] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { entry($0, types) }
    }

    /// The same, of this process.
    public static func entries(ofTypes types: Set<String>) throws(SystemError) -> [MountTableEntry] {
        entries(ofTypes: types, in: try Descriptor.contents(of: "/proc/self/mountinfo"))
    }

    /// All of them.
    public static func entries(in bytes: [UInt8]) -> [MountTableEntry] {
        bytes.split(separator: UInt8(ascii: "\n")).compactMap { entry($0, nil) }
    }

    private static func entry(_ line: ArraySlice<UInt8>, _ types: Set<String>?) -> MountTableEntry? {
        let fields = line.split(separator: UInt8(ascii: " "))
        // Six fields, any number of optional ones, a hyphen, then three more.
        guard fields.count >= 10,
            let hyphen = fields[6...].firstIndex(where: { $0.count == 1 && $0.first == UInt8(ascii: "-") }),
            hyphen + 3 < fields.count
        else { return nil }
        let type = String(decoding: fields[hyphen + 1], as: UTF8.self)
        if let types, !types.contains(type) { return nil }
        func text(_ number: Int) -> String { String(decoding: fields[number], as: UTF8.self) }
        return MountTableEntry(
            id: Int(text(0)) ?? -1, device: text(2), root: unescaped(fields[3]), point: unescaped(fields[4]),
            options: text(5), propagation: (6..<hyphen).map(text), type: type,
            superOptions: String(decoding: fields[hyphen + 3], as: UTF8.self))
    }

    /// Space, tab, newline and backslash are written as a backslash and three octal digits.
    private static func unescaped(_ field: ArraySlice<UInt8>) -> String {
        guard field.contains(UInt8(ascii: "\\")) else { return String(decoding: field, as: UTF8.self) }
        var result: [UInt8] = []
        var rest = field
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (0x30...0x37).contains($0) }) {
                result.append(digits.reduce(0) { $0 &* 8 &+ ($1 &- 0x30) })
                rest = rest.dropFirst(3)
            } else {
                result.append(byte)
            }
        }
        return String(decoding: result, as: UTF8.self)
    }
}
