// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import Words

/// `-v [SOURCE:]TARGET[:OPTIONS]`: a directory of the host's, a volume by its name, or one without.
public struct VolumeArgument: Hashable, Sendable {
    /// What it asks for.
    public enum Mount: Hashable, Sendable {
        case bind(BindArgument)
        case volume(VolumeMountArgument)
    }
    public let mount: Mount

    /// The bind mount that it asks for; nil where that is a volume.
    public var bind: BindArgument? { if case .bind(let bind) = mount { bind } else { nil } }
    /// The volume that it asks for; nil where that is a bind mount.
    public var volume: VolumeMountArgument? { if case .volume(let volume) = mount { volume } else { nil } }

    /// Reads one to three parts with colons between them.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 3 else {
            throw SyntaxError(
                text, "has too many colons", "write SOURCE:TARGET[:OPTIONS]; --mount takes paths with one")
        }
        if parts.count == 1 {
            mount = .volume(VolumeMountArgument(name: nil, target: try ContainerPath(parsingTarget: text)))
            return
        }
        let options = try Options(parts.count == 3 ? parts[2] : nil, of: text)
        if HostPath.isPath(parts[0]) {
            var bind = BindArgument(
                source: try HostPath(parsing: parts[0]), target: try ContainerPath(parsingTarget: parts[1]))
            if options.isNoCopy {
                throw SyntaxError(text, "has nocopy, which is for volumes", "leave it out")
            }
            bind.isReadOnly = options.isReadOnly
            if let word = options.propagation {
                bind.propagation = word.propagation
                bind.isRecursive = word.isRecursive
            }
            bind.createsSource = true
            bind.mode = options.text
            mount = .bind(bind)
        } else {
            if options.propagation != nil {
                throw SyntaxError(text, "says how later mounts spread, which is for paths of the host", "leave it out")
            }
            var volume = VolumeMountArgument(
                name: try Self.name(parts[0]), target: try ContainerPath(parsingTarget: parts[1]))
            volume.isReadOnly = options.isReadOnly
            volume.copiesImage = !options.isNoCopy
            volume.mode = options.text
            mount = .volume(volume)
        }
    }

    private static func name(_ text: String) throws(SyntaxError) -> VolumeName {
        do { return try VolumeName(parsing: text) } catch {
            throw SyntaxError(
                text, "is neither a path nor a name for a volume",
                "write an absolute path, one that begins with ./, or a name of letters, digits, '_', '.' and '-'")
        }
    }
}

/// The words behind the second colon: of each kind at most one.
private struct Options {
    var text = ""
    var isReadOnly = false
    var isNoCopy = false
    var propagation: PropagationWord?

    init(_ options: String?, of text: String) throws(SyntaxError) {
        guard let options else { return }
        self.text = options
        var seen: [(kind: String, word: String)] = []
        for option in options.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
            let kind = try kind(of: option, text)
            if let former = seen.first(where: { $0.kind == kind }) {
                throw SyntaxError(text, "asks for both \(former.word) and \(option)", "write one of them")
            }
            seen.append((kind, option))
        }
    }

    private mutating func kind(of option: String, _ text: String) throws(SyntaxError) -> String {
        if let word = PropagationWord(option) {
            propagation = word
            return "propagation"
        }
        switch option {
        case "ro", "rw", "readonly":
            isReadOnly = option != "rw"
            return "access"
        // Where SELinux is in force, the engine refuses what it cannot do; elsewhere there is nothing to label.
        case "z", "Z": return "label"
        case "nocopy":
            isNoCopy = true
            return "copy"
        // Docker's, for machines on which files are far away: on Linux all mean what is always so.
        case "cached", "consistent", "delegated", "default": return "consistency"
        default:
            let near = nearestWord(to: option, among: ["ro", "rw", "nocopy"] + PropagationWord.all)
            throw SyntaxError(
                text, "has the unknown option '\(option)'",
                near.map { "did you mean \($0)?" } ?? "write ro, rw, nocopy or a propagation such as rslave")
        }
    }
}
