// SPDX-License-Identifier: Apache-2.0

/// A volume that a container uses: `-v NAME:/data`, `-v /data`, `--mount type=volume,source=NAME,target=/data`.
public struct VolumeMountArgument: Hashable, Sendable {
    /// nil for one that nobody named, and that is this container's.
    public var name: VolumeName?
    public var target: ContainerPath
    public var isReadOnly = false
    /// Whether it begins with what the image has at the target.
    public var copiesImage = true
    /// What of it is shown; nil for all.
    public var subpath: String?
    /// For a volume that is made.
    public var labels: [LabelArgument] = []
    /// For a volume that is made.
    public var options: [VolumeOption] = []
    /// The options of `-v`, as they were written.
    public var mode = ""

    public init(name: VolumeName?, target: ContainerPath) {
        self.name = name
        self.target = target
    }
}

/// An image that a container sees, read-only: `--mount type=image,source=IMAGE,target=/tools`.
public struct ImageMountArgument: Hashable, Sendable {
    public var image: String
    public var target: ContainerPath
    /// A directory of it; nil for all.
    public var subpath: String?

    public init(image: String, target: ContainerPath, subpath: String? = nil) {
        self.image = image
        self.target = target
        self.subpath = subpath
    }
}

/// `--volumes-from CONTAINER[:ro|rw]`: what another container shows of binds, volumes and images.
public struct VolumesFromArgument: Hashable, Sendable, CustomStringConvertible {
    /// Its name, its id, or the beginning of its id.
    public let container: String
    public let isReadOnly: Bool
    public let description: String

    /// Reads a container, and behind a colon how it is shown.
    public init(parsing text: String) throws(SyntaxError) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        guard !parts[0].isEmpty else { throw SyntaxError(text, "names no container", "write CONTAINER[:ro]") }
        var access: String?
        if parts.count == 2 {
            for word in parts[1].split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
                switch word {
                case "ro", "rw":
                    guard access == nil else {
                        throw SyntaxError(text, "says twice how it is shown", "write one of ro and rw")
                    }
                    access = word
                case "z", "Z": break
                default: throw SyntaxError(text, "has the unknown option '\(word)'", "write ro or rw")
                }
            }
        }
        container = parts[0]
        isReadOnly = access == "ro"
        description = text
    }
}

/// Reads the way to a part of a volume or an image: relative, and nowhere up.
func subpath(_ text: String, of whole: String) throws(SyntaxError) -> String {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    guard !text.isEmpty, text.utf8.first != UInt8(ascii: "/"), !parts.contains("..") else {
        throw SyntaxError(whole, "has the subpath '\(text)'", "write a relative path without '..'")
    }
    return text
}
