// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What is put into a volume before it is used for the first time: what the image has at the place where the container
/// shows it, owners, modes, attributes and links included. It happens once in the life of a volume.
///
///     DIRECTORY/_data         the files
///     DIRECTORY/lock          locked by who fills it
///     DIRECTORY/.filling-ID   a copy in the making, which is taken away whatever happens
///     DIRECTORY/.filled       a whole copy, whose entries go to _data one by one; who finds one goes on with that
///     DIRECTORY/filled        nothing will be put in any more
public struct VolumeFill: Hashable, Sendable {
    /// Of the volume, on the host. Absolute.
    public var directory: String
    /// In the container. Absolute.
    public var target: String
    /// The container's id.
    public var container: String
    /// The user namespace through which owners are written; nil where the container has the host's.
    public var owners: Slot?
    /// The host's id of the container's root.
    public var owner: UInt32
    /// Whether it outlives a cut of power.
    public var isDurable: Bool

    var temporary: String { ".filling-\(container)" }
    /// The volume's name.
    var name: String { directory.pathParts.last.map(String.init) ?? directory }
}

/// The names of what is in a volume's directory.
public enum VolumePart {
    public static let data = "_data"
    /// Is there when nothing will be put in any more.
    public static let mark = "filled"
    static let lock = "lock"
    static let whole = ".filled"
}
