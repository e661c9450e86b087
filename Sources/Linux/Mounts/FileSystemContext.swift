// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A file system being configured: fsopen(2), fsconfig(2), then ``mount(_:)``.
public struct FileSystemContext: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// The longest value of a parameter, in bytes; fsconfig(2) answers EINVAL to a longer one.
    public static let longestValue = 255

    /// Begins a file system of `type`, as `/proc/filesystems` names it: ENODEV where the kernel has none.
    public init(_ type: String) throws(SystemError) {
        descriptor = Descriptor(adopting: try check("fsopen") { unsafe mb_fsopen(type, 1 /* FSOPEN_CLOEXEC */) })
    }

    /// Sets a parameter to a value.
    public borrowing func set(_ key: String, to value: String) throws(SystemError) {
        let number = descriptor.raw
        try check("fsconfig") { unsafe mb_fsconfig(number, 1 /* FSCONFIG_SET_STRING */, key, value, 0) }
    }

    /// Sets a parameter that has no value.
    public borrowing func set(_ key: String) throws(SystemError) {
        let number = descriptor.raw
        try check("fsconfig") { unsafe mb_fsconfig(number, 0 /* FSCONFIG_SET_FLAG */, key, nil, 0) }
    }

    /// Sets a parameter as mount(8) writes it: `key`, or `key=value`.
    public borrowing func set(option: String) throws(SystemError) {
        guard let equals = option.firstIndex(of: "=") else { return try set(option) }
        try set(String(option[..<equals]), to: String(option[option.index(after: equals)...]))
    }

    /// Sets the flags that fsconfig(2) has words for.
    public borrowing func set(_ flags: FileSystemFlags) throws(SystemError) {
        for parameter in flags.parameters { try set(parameter) }
    }

    /// Makes the file system, and a mount of it that no path shows: fsconfig(2) CREATE, fsmount(2).
    public borrowing func mount(_ attributes: MountAttributes) throws(SystemError) -> DetachedMount {
        let number = descriptor.raw
        try check("fsconfig") { mb_fsconfig(number, 6 /* FSCONFIG_CMD_CREATE */, nil, nil, 0) }
        return DetachedMount(
            root: Descriptor(
                adopting: try check("fsmount") {
                    mb_fsmount(number, 1 /* FSMOUNT_CLOEXEC */, UInt32(truncatingIfNeeded: attributes.rawValue))
                }))
    }

    /// What the kernel said of a failure, a message a read, without the letter for how bad it is; empty where it said
    /// nothing.
    public borrowing func messages() -> [String] {
        var result: [String] = []
        while let bytes = try? descriptor.read(upTo: 1024), !bytes.isEmpty, result.count < 8 {
            let text = String(decoding: bytes, as: UTF8.self).filter { $0 != "\n" }
            result.append(["e ", "w ", "i "].contains(text.prefix(2)) ? String(text.dropFirst(2)) : text)
        }
        return result
    }
}
