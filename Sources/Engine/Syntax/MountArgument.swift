// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Words

/// `--mount type=bind,source=/srv,target=/data,readonly`: one mount, by keys.
public enum MountArgument: Hashable, Sendable {
    /// A file or directory of the host's.
    case bind(BindArgument)
    /// An empty file system in memory.
    case tmpfs(TmpfsArgument)
    /// What outlives the container.
    case volume(VolumeMountArgument)
    /// The files of an image.
    case image(ImageMountArgument)

    /// Reads keys with values, commas between them.
    public init(parsing text: String) throws(SyntaxError) {
        var keys = MountKeys(text: text)
        for field in try CommaSeparated.fields(of: text) {
            let pair = field.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            try keys.read(pair[0].lowercased(), pair.count == 2 ? pair[1] : nil)
        }
        switch keys.type ?? "volume" {
        case "bind": self = .bind(try keys.bind())
        case "tmpfs": self = .tmpfs(try keys.tmpfs())
        case "volume": self = .volume(try keys.volume())
        case "image": self = .image(try keys.image())
        case let other:
            throw SyntaxError(
                text, "has the unsupported type '\(other)'", "write type=volume, type=bind, type=tmpfs or type=image")
        }
    }
}

/// The keys of a mount while they are read: each at most once, but for lists, and each only where its type has it.
private struct MountKeys {
    let text: String
    var type: String?
    private var source: String?
    private var target: String?
    private var isReadOnly = false
    /// Those of one type alone, as they were written.
    private var particular: [String] = []
    private var propagation: PropagationWord?
    private var recursion = "enabled"
    private var createsSource = false
    private var tmpfsOptions: [(key: String, value: String)] = []
    private var volumeOptions: [VolumeOption] = []
    private var labels: [LabelArgument] = []
    private var copiesImage = true
    private var part: String?
    private var seen: Set<String> = []

    init(text: String) { self.text = text }

    mutating func read(_ key: String, _ value: String?) throws(SyntaxError) {
        let name = Self.names[key] ?? key
        let isList = name == "volume-opt" || name == "volume-label"
        guard seen.insert(name).inserted || isList else {
            throw SyntaxError(text, "has the key '\(key)' twice", "write it once")
        }
        if Self.types.contains(where: { name.hasPrefix($0 + "-") }) { particular.append(key) }
        switch name {
        case "readonly": isReadOnly = try flag(value)
        case "type": type = try needed(value, key).lowercased()
        case "source": source = try needed(value, key)
        case "target": target = try needed(value, key)
        case "bind-nonrecursive": if try flag(value) { recursion = "disabled" }
        case "bind-create-src": createsSource = try flag(value)
        case "bind-propagation":
            let word = try needed(value, key)
            guard let found = PropagationWord(word) else {
                throw SyntaxError(
                    text, "has the unknown propagation '\(word)'",
                    "write one of \(PropagationWord.all.joined(separator: ", "))")
            }
            propagation = found
        case "bind-recursive":
            recursion = try needed(value, key)
            guard ["enabled", "disabled", "writable", "readonly"].contains(recursion) else {
                throw SyntaxError(
                    text, "has bind-recursive=\(recursion)", "write enabled, disabled, writable or readonly")
            }
        case "tmpfs-size", "tmpfs-mode": tmpfsOptions.append((String(name.dropFirst(6)), try needed(value, key)))
        case "volume-driver":
            let driver = try needed(value, key)
            guard driver == "local" else {
                throw SyntaxError(text, "has the unknown driver '\(driver)'", "write volume-driver=local")
            }
        case "volume-opt": volumeOptions.append(try VolumeOption(parsing: try needed(value, key)))
        case "volume-label": labels.append(try LabelArgument(parsing: try needed(value, key)))
        case "volume-nocopy": copiesImage = try !flag(value)
        case "volume-subpath", "image-subpath": part = try subpath(try needed(value, key), of: text)
        // Docker's, for machines on which files are far away: on Linux all mean what is always so.
        case "consistency":
            let word = try needed(value, key)
            guard ["cached", "consistent", "delegated", "default"].contains(word) else {
                throw SyntaxError(text, "has the unknown consistency '\(word)'", "leave it out")
            }
        default: throw unknown(key)
        }
    }

    func bind() throws(SyntaxError) -> BindArgument {
        try requireOnly("bind")
        guard let source else { throw SyntaxError(text, "has no source", "write source=PATH") }
        if recursion == "readonly" || recursion == "writable", !isReadOnly {
            throw SyntaxError(text, "has bind-recursive=\(recursion) without readonly", "write readonly as well")
        }
        if recursion == "readonly", let propagation, propagation.propagation != .private {
            throw SyntaxError(
                text, "has bind-recursive=readonly, and shows later mounts, which it could not make read-only",
                "write bind-propagation=rprivate")
        }
        if seen.contains("bind-recursive"), seen.contains("bind-nonrecursive") {
            throw SyntaxError(text, "has both bind-recursive and bind-nonrecursive", "write one of them")
        }
        let path: HostPath
        do { path = try HostPath(parsing: source) } catch {
            throw SyntaxError(source, "is not a path for type=bind", "write an absolute path")
        }
        var bind = BindArgument(
            source: path, target: try place(), isReadOnly: isReadOnly,
            leavesMountsBelowWritable: isReadOnly && recursion == "writable", isRecursive: recursion != "disabled",
            propagation: propagation?.propagation ?? .private)
        bind.createsSource = createsSource
        return bind
    }

    func tmpfs() throws(SyntaxError) -> TmpfsArgument {
        try requireOnly("tmpfs")
        if source != nil { throw foreign("source", "tmpfs") }
        var tmpfs = TmpfsArgument(target: try place())
        if isReadOnly { tmpfs.attributes.insert(.readOnly) }
        for option in tmpfsOptions { try tmpfs.set(option.key, option.value, of: text) }
        return tmpfs
    }

    func volume() throws(SyntaxError) -> VolumeMountArgument {
        try requireOnly("volume")
        if let source, HostPath.isPath(source) {
            throw SyntaxError(source, "is a path, and type=volume takes a name", "write type=bind for a path")
        }
        let name = try source.map { text throws(SyntaxError) in try VolumeName(parsing: text) }
        if name == nil, part != nil {
            throw SyntaxError(text, "has a subpath of a volume in which there is nothing", "write source=NAME")
        }
        var volume = VolumeMountArgument(name: name, target: try place())
        volume.isReadOnly = isReadOnly
        volume.copiesImage = copiesImage
        volume.subpath = part
        volume.labels = labels
        volume.options = volumeOptions
        return volume
    }

    func image() throws(SyntaxError) -> ImageMountArgument {
        try requireOnly("image")
        guard let source else { throw SyntaxError(text, "has no source", "write source=IMAGE") }
        if seen.contains("readonly"), !isReadOnly {
            throw SyntaxError(text, "asks for an image that can be written", "leave out readonly=false")
        }
        return ImageMountArgument(image: source, target: try place(), subpath: part)
    }

    private func place() throws(SyntaxError) -> ContainerPath {
        guard let target else { throw SyntaxError(text, "has no target", "write target=PATH") }
        return try ContainerPath(parsingTarget: target)
    }

    private func flag(_ value: String?) throws(SyntaxError) -> Bool {
        try value.map { value throws(SyntaxError) in try readBoolean(value, of: text) } ?? true
    }

    private func needed(_ value: String?, _ key: String) throws(SyntaxError) -> String {
        guard let value, !value.isEmpty else {
            throw SyntaxError(text, "has no value for '\(key)'", "write \(key)=VALUE")
        }
        return value
    }

    private func requireOnly(_ type: String) throws(SyntaxError) {
        if let key = particular.first(where: { !$0.hasPrefix(type + "-") }) { throw foreign(key, type) }
    }

    private func foreign(_ key: String, _ type: String) -> SyntaxError {
        SyntaxError(text, "has '\(key)', which type=\(type) does not know", "leave it out")
    }

    private func unknown(_ key: String) -> SyntaxError {
        let known = [
            "type", "source", "target", "readonly", "bind-propagation", "bind-nonrecursive", "bind-recursive",
            "bind-create-src", "volume-driver", "volume-opt", "volume-label", "volume-nocopy", "volume-subpath",
            "tmpfs-size", "tmpfs-mode", "image-subpath", "consistency",
        ]
        let near = nearestWord(to: key, among: known)
        return SyntaxError(
            text, "has the unknown key '\(key)'",
            near.map { "did you mean \($0)?" } ?? "write \(known.joined(separator: ", "))")
    }

    private static let types = ["bind", "volume", "tmpfs", "image"]
    private static let names = [
        "src": "source", "dst": "target", "destination": "target", "ro": "readonly",
    ]
}
