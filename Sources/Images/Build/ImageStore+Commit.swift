// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI

/// The changes of a container, to be made an image.
public struct Commit: Sendable {
    /// The upper directory of the container's overlay. It is only read.
    public var upper: String
    /// The image that the container was made from.
    public var base: Image
    /// Nil leaves the image without a name.
    public var name: ImageReference?
    /// Each in the syntax of a Dockerfile: `CMD ["sh"]`, `ENV A=1`.
    public var changes: [String]
    public var author: String?
    public var message: String?
    /// What the container ran, for the image's history.
    public var command: String?
    public var created: FileTime

    public init(
        upper: String, base: Image, name: ImageReference? = nil, changes: [String] = [], author: String? = nil,
        message: String? = nil, command: String? = nil, created: FileTime
    ) {
        self.upper = upper
        self.base = base
        self.name = name
        self.changes = changes
        self.author = author
        self.message = message
        self.command = command
        self.created = created
    }
}

extension ImageStore {
    /// Makes an image of `commit.base` with a copy of the container's changes on top. The base must be held, with its
    /// archives: ``hold(_:archives:in:)``.
    @discardableResult
    public func commit(_ commit: Commit) throws(ImageError) -> Image {
        if let name = commit.name, name.digest != nil {
            throw ImageError(
                .badReference, name.familiar,
                "cannot name an image \(name.familiar): the digest is what comes out, write NAME[:TAG]")
        }
        var configuration = commit.base.configuration
        for change in commit.changes { try ImageChange(change).apply(to: &configuration.execution) }
        let staging = try makeBuildStaging()
        let path = try staging.makeLayer(0, likeTopOf: commit.base.rootPath)
        try LayerCopy.copy(commit.upper, into: path + "/upper")
        try BuildStaging.sealLayer(path)
        let layer = BuiltLayer(directory: path, description: try BuildStaging.describeLayer(path))
        let time = Timestamp.text(commit.created)
        configuration.created = time
        if let author = commit.author { configuration.author = author }
        configuration.diffIDs.append(layer.description.diffID)
        // Each entry that made a layer belongs to one, in order; an image may say less than it has.
        let told = configuration.history.filter { !$0.isEmptyLayer }.count
        for _ in told..<max(told, commit.base.configuration.diffIDs.count) { configuration.history.append(.init()) }
        configuration.history.append(
            .init(created: time, createdBy: commit.command, comment: commit.message))
        let new = NewImage(
            configuration: configuration, names: commit.name.map { [$0] } ?? [], base: commit.base.layers)
        guard let image = try staging.publish(layers: [layer], image: new) else {
            throw missing(layer.description.diffID)
        }
        return image
    }
}
