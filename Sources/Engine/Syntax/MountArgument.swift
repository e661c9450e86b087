// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Words

/// `--mount type=bind,source=/srv,target=/data,readonly`: one mount, by keys.
public enum MountArgument: Hashable, Sendable {
    /// A file or directory of the host's.
    case bind(BindArgument)
    /// An empty file system in memory.
    case tmpfs(TmpfsArgument)

    /// Reads keys with values, commas between them.
    public init(parsing text: String) throws(SyntaxError) {
        var keys = Keys(text: text)
        for field in try CommaSeparated.fields(of: text) {
            let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            try keys.read(pair[0].lowercased(), pair.count == 2 ? pair[1] : nil)
        }
        switch keys.type {
        case "bind": self = .bind(try keys.bind())
        case "tmpfs": self = .tmpfs(try keys.tmpfs())
        case nil, "volume":
            throw SyntaxError(text, "asks for a volume", "volumes come later: write type=bind or type=tmpfs")
        case let other?:
            throw SyntaxError(text, "has the unsupported type '\(other)'", "write type=bind or type=tmpfs")
        }
    }
}

/// The keys of a mount while they are read: each at most once, and each only where its type has it.
private struct Keys {
    let text: String
    var type: String?
    private var source: String?
    private var target: String?
    private var isReadOnly = false
    private var bindOnly: [String] = []
    private var tmpfsOnly: [String] = []
    private var propagation: PropagationWord?
    private var recursion = "enabled"
    private var tmpfsOptions: [(key: String, value: String)] = []
    private var seen: Set<String> = []

    init(text: String) { self.text = text }

    mutating func read(_ key: String, _ value: String?) throws(SyntaxError) {
        let name = Self.names[key] ?? key
        guard seen.insert(name).inserted else {
            throw SyntaxError(text, "has the key '\(key)' twice", "write it once")
        }
        switch name {
        case "readonly": isReadOnly = try value.map { v throws(SyntaxError) in try readBoolean(v, of: text) } ?? true
        case "bind-nonrecursive":
            bindOnly.append(key)
            let isSet = try value.map { v throws(SyntaxError) in try readBoolean(v, of: text) } ?? true
            if isSet { recursion = "disabled" }
        case "type": type = try needed(value, key).lowercased()
        case "source": source = try needed(value, key)
        case "target": target = try needed(value, key)
        case "bind-propagation":
            bindOnly.append(key)
            let word = try needed(value, key)
            guard let found = PropagationWord(word) else {
                throw SyntaxError(
                    text, "has the unknown propagation '\(word)'",
                    "write one of \(PropagationWord.all.joined(separator: ", "))")
            }
            propagation = found
        case "bind-recursive":
            bindOnly.append(key)
            recursion = try needed(value, key)
            guard ["enabled", "disabled", "writable", "readonly"].contains(recursion) else {
                throw SyntaxError(
                    text, "has bind-recursive=\(recursion)", "write enabled, disabled, writable or readonly")
            }
        case "tmpfs-size", "tmpfs-mode":
            tmpfsOnly.append(key)
            tmpfsOptions.append((String(name.dropFirst(6)), try needed(value, key)))
        case "consistency":
            throw SyntaxError(text, "has consistency, which means nothing on Linux", "leave it out")
        default: throw unknown(key)
        }
    }

    func bind() throws(SyntaxError) -> BindArgument {
        if let key = tmpfsOnly.first { throw foreign(key, "bind") }
        guard let source else { throw SyntaxError(text, "has no source", "write source=PATH") }
        if recursion == "readonly" || recursion == "writable", !isReadOnly {
            throw SyntaxError(text, "has bind-recursive=\(recursion) without readonly", "write readonly as well")
        }
        if bindOnly.contains("bind-recursive"), bindOnly.contains("bind-nonrecursive") {
            throw SyntaxError(text, "has both bind-recursive and bind-nonrecursive", "write one of them")
        }
        let path: HostPath
        do { path = try HostPath(parsing: source) } catch {
            throw SyntaxError(source, "is not a path for type=bind", "write an absolute path")
        }
        return BindArgument(
            source: path, target: try place(), isReadOnly: isReadOnly,
            leavesMountsBelowWritable: isReadOnly && recursion == "writable", isRecursive: recursion != "disabled",
            propagation: propagation?.propagation ?? .private)
    }

    func tmpfs() throws(SyntaxError) -> TmpfsArgument {
        if let key = bindOnly.first { throw foreign(key, "tmpfs") }
        if source != nil { throw foreign("source", "tmpfs") }
        var tmpfs = TmpfsArgument(target: try place())
        if isReadOnly { tmpfs.attributes.insert(.readOnly) }
        for option in tmpfsOptions { try tmpfs.set(option.key, option.value, of: text) }
        return tmpfs
    }

    private func place() throws(SyntaxError) -> ContainerPath {
        guard let target else { throw SyntaxError(text, "has no target", "write target=PATH") }
        return try ContainerPath(parsingTarget: target)
    }

    private func needed(_ value: String?, _ key: String) throws(SyntaxError) -> String {
        guard let value, !value.isEmpty else {
            throw SyntaxError(text, "has no value for '\(key)'", "write \(key)=VALUE")
        }
        return value
    }

    private func foreign(_ key: String, _ type: String) -> SyntaxError {
        SyntaxError(text, "has '\(key)', which type=\(type) does not know", "leave it out")
    }

    private func unknown(_ key: String) -> SyntaxError {
        let known = [
            "type", "source", "target", "readonly", "bind-propagation", "bind-nonrecursive", "bind-recursive",
            "tmpfs-size", "tmpfs-mode",
        ]
        if key.hasPrefix("volume-") || key.hasPrefix("image-") {
            return SyntaxError(text, "has '\(key)'", "volumes and images as mounts come later: leave it out")
        }
        let near = nearestWord(to: key, among: known)
        return SyntaxError(
            text, "has the unknown key '\(key)'",
            near.map { "did you mean \($0)?" } ?? "write \(known.joined(separator: ", "))")
    }

    private static let names = [
        "src": "source", "dst": "target", "destination": "target", "ro": "readonly",
    ]
}
