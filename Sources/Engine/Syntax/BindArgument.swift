// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A file or directory of the host's that a container sees: what `-v` and `--mount type=bind` write.
public struct BindArgument: Hashable, Sendable {
    /// What is shown.
    public var source: HostPath
    /// Where.
    public var target: ContainerPath
    /// Whether it cannot be written, mounts below it included.
    public var isReadOnly: Bool
    /// Whether mounts below it stay writable when it is read-only.
    public var leavesMountsBelowWritable: Bool
    /// Whether mounts below it are seen as well.
    public var isRecursive: Bool
    /// How later mounts reach it.
    public var propagation: Propagation
    /// Whether a directory is made where there is nothing.
    public var createsSource = false
    /// The options of `-v`, as they were written.
    public var mode = ""

    /// A bind mount.
    public init(
        source: HostPath, target: ContainerPath, isReadOnly: Bool = false, leavesMountsBelowWritable: Bool = false,
        isRecursive: Bool = true, propagation: Propagation = .private
    ) {
        self.source = source
        self.target = target
        self.isReadOnly = isReadOnly
        self.leavesMountsBelowWritable = leavesMountsBelowWritable
        self.isRecursive = isRecursive
        self.propagation = propagation
    }
}

/// The words for propagation; `r` in front is for mounts below as well.
struct PropagationWord {
    let propagation: Propagation
    let isRecursive: Bool

    init?(_ word: some StringProtocol) {
        isRecursive = word.hasPrefix("r")
        switch isRecursive ? String(word.dropFirst()) : String(word) {
        case "private": propagation = .private
        case "slave": propagation = .slave
        case "shared": propagation = .shared
        default: return nil
        }
    }

    static let all = ["rprivate", "private", "rslave", "slave", "rshared", "shared"]
}
