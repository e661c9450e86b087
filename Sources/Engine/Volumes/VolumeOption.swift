// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import Words

/// `--opt KEY=VALUE` of a volume: `type`, `o` and `device`, as docker's local driver has them.
public struct VolumeOption: Hashable, Sendable, CustomStringConvertible {
    public let key: String
    public let value: String

    /// `KEY=VALUE`.
    public var description: String { "\(key)=\(value)" }

    static let keys = ["type", "o", "device"]

    /// Reads one of the keys, and its value behind `=`.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 2, !parts[1].isEmpty else {
            throw SyntaxError(text, "is no option", "write type=TYPE, o=OPTIONS or device=PATH")
        }
        guard Self.keys.contains(parts[0]) else {
            throw SyntaxError(
                text, "has the unknown key '\(parts[0])'",
                "the local driver knows \(Self.keys.joined(separator: ", "))")
        }
        (key, value) = (parts[0], parts[1])
    }

    static func near(_ word: String, among words: [String]) -> String? { nearestWord(to: word, among: words) }
}

/// What the options of a volume ask for: a mount that is made where the volume is used, and not on the host.
enum LocalVolume: Hashable, Sendable {
    /// A directory of the host's: `o=bind,device=/srv/data`.
    case tree(path: String, isRecursive: Bool, attributes: MountAttributes)
    /// A file system: `type=tmpfs,o=size=64m` or `type=ext4,device=/dev/sdb1`.
    case fileSystem(NewFileSystem, attributes: MountAttributes)

    /// Reads the options, which are mount(8)'s words.
    init(_ options: [String: String], volume: String) throws(EngineError) {
        let words = (options["o"] ?? "").split(separator: ",").map(String.init)
        let read = MountOptions(parsing: words)
        let attributes = read.attributes.added
        if !read.attributes.removed.subtracting(.accessTimeMode).isEmpty || !read.recursiveAttributes.isEmpty
            || read.mapping != nil || read.isRemount || read.copiesUp || !read.propagation.isEmpty
        {
            throw EngineError(
                .invalid, "the volume \(volume) has options that a volume has no use for: '\(options["o"] ?? "")'")
        }
        if let bind = read.bind {
            guard let path = options["device"], path.isRooted else {
                throw EngineError(.invalid, "the volume \(volume) binds nothing: write --opt device=/an/absolute/path")
            }
            guard read.data.isEmpty else {
                throw EngineError(
                    .invalid, "the volume \(volume) has '\(read.data[0])', which a bind mount does not know")
            }
            self = .tree(path: path, isRecursive: bind == .recursive, attributes: attributes)
            return
        }
        guard let type = options["type"], type != "none" else {
            throw EngineError(
                .invalid, "the volume \(volume) has no type: write --opt type=tmpfs, or --opt o=bind for a directory")
        }
        guard type == "tmpfs" || options["device"] != nil else {
            throw EngineError(.invalid, "the volume \(volume) has no device: write --opt device=/dev/...")
        }
        self = .fileSystem(
            NewFileSystem(type: type, source: options["device"], options: read.data, flags: read.flags),
            attributes: attributes)
    }
}
