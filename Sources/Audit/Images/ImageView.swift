// SPDX-License-Identifier: Apache-2.0

/// What the engine's record and its store say of the image that a container was made of.
public struct ImageView: Sendable {
    /// What the name means now by which the container was made.
    public enum Naming: Hashable, Sendable {
        /// It has the image's digest, or is its id: it means no other.
        case pinned
        case same
        /// The id that it means now.
        case another(String)
        case nobodys
    }

    /// What became of its layers.
    public enum Layers: Hashable, Sendable {
        case unread
        case whole(Int)
        /// The digest of one that has other contents.
        case damaged(String)
        /// The digest of one of which the directory alone does not tell.
        case unproven(String)
    }

    public var name: String
    public var naming: Naming
    public var layers: Layers
    public var contents: ImageSubject

    public init(name: String, naming: Naming, layers: Layers, contents: ImageSubject) {
        self.name = name
        self.naming = naming
        self.layers = layers
        self.contents = contents
    }

    /// What A63 or A64 comes to; nil of others.
    func verdict(of id: String) -> AuditCheck.Verdict? {
        switch id {
        case "A63": identity
        case "A64": hygiene
        default: nil
        }
    }

    private var identity: AuditCheck.Verdict {
        if case .damaged(let digest) = layers { return .open("the layer \(digest) has other contents in the store") }
        let named: String
        switch naming {
        case .another(let id): return .open("\(name) is another image by now, \(id)")
        case .pinned: named = "named by what it holds"
        case .same: named = "\(name) is still its name"
        case .nobodys: named = "no image is called \(name) any more"
        }
        switch layers {
        case .whole(let count): return .stands("layers: \(count), each of its digest; \(named)")
        case .unproven(let digest):
            return .untold("\(named); of the layer \(digest) its archive tells, which 'minibox system check' unpacks")
        case .unread, .damaged: return .untold("\(named); --layers holds its layers against their digests")
        }
    }

    /// Who it runs as is A11's, and whether it is asked how it does is its health's.
    private var hygiene: AuditCheck.Verdict {
        let found = ImageCheck.all.compactMap { item -> String? in
            guard ["I02", "I03", "I04", "I09", "I11"].contains(item.check.id),
                case .open(let words) = item.judge(contents)
            else { return nil }
            return "\(item.check.id) not: \(item.check.claim) (\(words))"
        }
        return found.isEmpty
            ? .stands("nothing in its configuration, its history and its layers") : .open(found.joined(separator: "; "))
    }
}
