// SPDX-License-Identifier: Apache-2.0
public import Linux

/// The options of a mount as a bundle writes them, each word put to what it means: the runtime specification's "Linux
/// mount options" (config.md), which are those of mount(8) and some of its own.
///
/// Of two that contradict each other, the later one counts.
public struct MountOptions: Hashable, Sendable {
    /// Whether it is a bind mount, and if so, of how much.
    public var bind: Bind?
    /// `remount`: of a bind mount, what is not mentioned stays as it is at the source.
    public var isRemount = false
    /// For this one mount.
    public var attributes = MountAttributeChange()
    /// For this mount and those below it: the options that begin with `r`.
    public var recursiveAttributes = MountAttributeChange()
    /// In order: `slave` and then `shared` is both.
    public var propagation: [PropagationChange] = []
    /// For the file system, however often it is mounted.
    public var flags: FileSystemFlags = []
    /// `idmap` and `ridmap`: owners are shown through a map.
    public var mapping: Extent?
    /// `tmpcopyup`: a tmpfs begins with what it covers.
    public var copiesUp = false
    /// Everything else: parameters of the file system's own, as `mode=755`.
    public var data: [String] = []

    /// How much of a tree is meant.
    public enum Extent: Hashable, Sendable { case single, recursive }
    public typealias Bind = Extent

    public init() {}

    /// Any list of words has a meaning: what is no option is a parameter of the file system's, who may refuse it.
    public init(parsing words: [String]) {
        for word in words {
            if let meaning = Self.meaning(of: word) { apply(meaning) } else { data.append(word) }
        }
    }

    private mutating func apply(_ meaning: Meaning) {
        switch meaning {
        case .nothing: break
        case .bind(let extent): bind = extent
        case .remount: isRemount = true
        case .add(let attribute): attributes.add(attribute)
        case .remove(let attribute): attributes.remove(attribute)
        case .relativeTime: attributes.useRelativeAccessTime()
        case .noRelativeTime: attributes.leaveRelativeAccessTime()
        case .addBelow(let attribute): recursiveAttributes.add(attribute)
        case .removeBelow(let attribute): recursiveAttributes.remove(attribute)
        case .relativeTimeBelow: recursiveAttributes.useRelativeAccessTime()
        case .noRelativeTimeBelow: recursiveAttributes.leaveRelativeAccessTime()
        case .spread(let change): propagation.append(change)
        case .set(let flag): flags.insert(flag)
        case .clear(let flag): flags.remove(flag)
        case .map(let extent): mapping = extent
        case .copyUp: copiesUp = true
        }
    }
}

/// How a mount, and with `isRecursive` those below it, spread: a word as `rslave`.
public struct PropagationChange: Hashable, Sendable, CustomStringConvertible {
    public var propagation: Propagation
    public var isRecursive: Bool
    public init(_ propagation: Propagation, isRecursive: Bool) {
        self.propagation = propagation
        self.isRecursive = isRecursive
    }
    public var description: String { (isRecursive ? "r" : "") + propagation.rawValue }
}
