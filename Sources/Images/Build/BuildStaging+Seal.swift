// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What is done to a layer once nobody writes to it any more. These need no more than the path, so that a forked worker
/// can do them while the next layer is being made.
extension BuildStaging {
    /// Ends the making of the layer in the directory `path`, which ``makeLayer(_:likeTopOf:)`` gave: removes what the
    /// overlay needed, and with `epoch`, in seconds since 1970, sets each later time of modification to that. Earlier
    /// ones stay. To be done before anything is stacked on it.
    public static func sealLayer(_ path: String, clampTo epoch: Int64? = nil) throws(ImageError) {
        try clampTimes(path, to: epoch)
        try removeWork(path)
    }

    /// What of ``sealLayer(_:clampTo:)`` has to be done before anything is stacked on the layer.
    public static func clampTimes(_ path: String, to epoch: Int64?) throws(ImageError) {
        guard let epoch else { return }
        try wrapping({ .write(path, $0) }) { () throws(SystemError) in
            let root = try Descriptor.open(path, [.readOnly, .directory, .noFollow])
                .open("upper", [.readOnly, .directory, .noFollow])
            try LayerTimes(root: root, latest: FileTime(seconds: epoch, nanoseconds: 0)).clamp()
        }
    }

    /// The rest of it, for which nobody has to wait.
    public static func removeWork(_ path: String) throws(ImageError) {
        try wrapping({ .write(path, $0) }) { () throws(SystemError) in
            try Descriptor.open(path, [.readOnly, .directory, .noFollow]).removeTree("work")
        }
    }

    /// Reads the layer in the directory `path`, which ``makeLayer(_:likeTopOf:)`` gave, and says what it is. Takes about
    /// as long as hashing its files.
    public static func describeLayer(_ path: String) throws(ImageError) -> LayerDescription {
        try LayerDescription(root: path + "/upper")
    }

    /// The same while files are still being put into the layer, of which `progress` tells; with `epoch`, as the layer
    /// will be when ``sealLayer(_:clampTo:)`` has been told that.
    public static func describeLayer(
        _ path: String, clampTo epoch: Int64?, following progress: any LayerProgress
    ) throws(ImageError) -> LayerDescription {
        try LayerDescription(root: path + "/upper", latest: epoch, following: progress)
    }
}

/// The times of modification below a directory. Only one directory is open at a time, so it may be of any depth.
struct LayerTimes: ~Copyable {
    private var directory: Descriptor
    private let latest: FileTime
    private var levels: [(names: [FileName], next: Int)] = []

    init(root: consuming Descriptor, latest: FileTime) {
        directory = root
        self.latest = latest
    }

    /// Sets each later time to the latest one there may be, that of the root too.
    consuming func clamp() throws(SystemError) {
        if try directory.status().modified > latest { try directory.setTimes(modified: latest) }
        levels.append((try directory.names(), 0))
        while let level = levels.last {
            guard level.next < level.names.count else {
                levels.removeLast()
                if !levels.isEmpty { directory = try directory.open("..", [.readOnly, .directory]) }
                continue
            }
            levels[levels.count - 1].next += 1
            let name = level.names[level.next]
            let status = try directory.status(of: name)
            if status.modified > latest { try directory.setTimes(modified: latest, of: name) }
            guard status.isDirectory else { continue }
            directory = try directory.open(name, [.readOnly, .directory, .noFollow])
            levels.append((try directory.names(), 0))
        }
    }
}
