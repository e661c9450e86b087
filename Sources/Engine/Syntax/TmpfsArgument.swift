// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import Words

/// An empty file system in memory: `--tmpfs /run:size=64m,mode=755` or `--mount type=tmpfs,target=/run`.
///
/// It is noexec, nosuid and nodev unless `exec`, `suid` or `dev` is written, as docker's.
public struct TmpfsArgument: Hashable, Sendable {
    /// Where it is mounted.
    public var target: ContainerPath
    /// What the mount allows.
    public var attributes: MountAttributes
    /// The options of the file system itself, `size=67108864`, checked: tmpfs(5).
    public var options: [String]

    init(target: ContainerPath) {
        self.target = target
        attributes = .inert
        options = []
    }

    /// Reads a path, then options behind a colon.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        self.init(target: try ContainerPath(parsingTarget: parts[0]))
        if parts.count == 2 { try set(written: parts[1], of: text) }
    }

    /// The options behind the colon, each of them written: ``set(written:of:)`` reads them back.
    var writtenOptions: String {
        let flags: [(MountAttributes, String, String)] = [
            (.readOnly, "ro", "rw"), (.noExecute, "noexec", "exec"), (.noSetUserID, "nosuid", "suid"),
            (.noDevices, "nodev", "dev"),
        ]
        let words = flags.map { attributes.contains($0.0) ? $0.1 : $0.2 }
        let times: [(MountAttributes, String)] = [
            (.noAccessTime, "noatime"), (.strictAccessTime, "strictatime"), (.noDirectoryAccessTime, "nodiratime"),
        ]
        return (words + times.filter { attributes.contains($0.0) }.map(\.1) + options).joined(separator: ",")
    }

    /// Sets options with commas between them.
    mutating func set(written list: String, of text: String) throws(SyntaxError) {
        for option in list.split(separator: ",", omittingEmptySubsequences: false) {
            let pair = option.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            if pair.count == 1 {
                try setFlag(pair[0], of: text)
            } else {
                try set(pair[0], pair[1], of: text)
            }
        }
    }

    private mutating func setFlag(_ flag: String, of text: String) throws(SyntaxError) {
        switch flag {
        case "ro": attributes.insert(.readOnly)
        case "rw": attributes.remove(.readOnly)
        case "noexec": attributes.insert(.noExecute)
        case "exec": attributes.remove(.noExecute)
        case "nosuid": attributes.insert(.noSetUserID)
        case "suid": attributes.remove(.noSetUserID)
        case "nodev": attributes.insert(.noDevices)
        case "dev": attributes.remove(.noDevices)
        case "noatime", "strictatime", "atime", "relatime", "nostrictatime":
            attributes.remove([.noAccessTime, .strictAccessTime])
            if flag == "noatime" { attributes.insert(.noAccessTime) }
            if flag == "strictatime" { attributes.insert(.strictAccessTime) }
        case "nodiratime": attributes.insert(.noDirectoryAccessTime)
        case "diratime": attributes.remove(.noDirectoryAccessTime)
        // What holds anyway.
        case "defaults", "async", "nomand": break
        default: throw unknown(flag, of: text)
        }
    }

    /// Sets an option of the file system.
    mutating func set(_ key: String, _ value: String, of text: String) throws(SyntaxError) {
        let number: String
        switch key {
        case "size":
            if value.hasSuffix("%"), let share = UInt64(digits: value.dropLast()), (1...100).contains(share) {
                number = value
            } else {
                number = String(try ByteCount(parsing: value).bytes)
            }
        case "mode":
            guard let mode = UInt32(value, radix: 8), mode <= 0o7777, value.utf8.allSatisfy(\.isDigit) else {
                throw SyntaxError(value, "is no file mode", "write octal digits, as in mode=1777")
            }
            number = value
        case "uid", "gid":
            guard let id = UInt64(digits: value), id < UInt64(UInt32.max) else {
                throw SyntaxError(value, "is no id", "write digits, as in \(key)=1000")
            }
            number = value
        case "mpol":
            guard !value.isEmpty,
                value.utf8.allSatisfy({
                    $0.isLetter || $0.isDigit || $0 == UInt8(ascii: ":")
                        || $0 == UInt8(ascii: "=") || $0 == UInt8(ascii: "-")
                })
            else { throw SyntaxError(value, "is no memory policy", "write one as in mpol=bind:0-1: tmpfs(5)") }
            number = value
        case "nr_inodes", "nr_blocks": number = String(try ByteCount(parsing: value).bytes)
        default: throw unknown(key, of: text)
        }
        options.removeAll { $0.hasPrefix(key + "=") }
        options.append("\(key)=\(number)")
    }

    private func unknown(_ option: String, of text: String) -> SyntaxError {
        let known = [
            "ro", "rw", "noexec", "exec", "nosuid", "suid", "nodev", "dev", "noatime", "strictatime", "relatime",
            "nodiratime", "diratime", "size", "mode", "uid", "gid", "nr_inodes", "nr_blocks", "mpol",
        ]
        let near = nearestWord(to: option, among: known)
        return SyntaxError(
            text, "has the unknown option '\(option)'",
            near.map { "did you mean \($0)?" } ?? "write \(known.joined(separator: ", "))")
    }
}
