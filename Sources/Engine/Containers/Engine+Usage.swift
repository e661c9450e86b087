// SPDX-License-Identifier: Apache-2.0
public import Images
internal import Linux
internal import OCI

/// How much room everything takes, in bytes of file contents.
public struct DiskUsage: Hashable, Sendable {
    /// A container's own files.
    public struct ContainerUse: Hashable, Sendable {
        public let container: ContainerRecord
        public let size: Int64
    }

    /// A volume's files.
    public struct VolumeUse: Hashable, Sendable {
        public let volume: Volume
        /// How many containers use it.
        public let containers: Int
        public let size: Int64
        public var isUsed: Bool { containers > 0 }
    }

    public let store: StoreUsage
    public let containers: [ContainerUse]
    public let volumes: [VolumeUse]

    /// The images that a container was made from, by their ids.
    public var usedImages: Set<String> { Set(containers.map(\.container.imageID)) }
    /// What `prune --all` of images would remove, archives included.
    public var reclaimable: Int64 {
        store.images.filter { !usedImages.contains("\($0.image.id)") }.reduce(0) { $0 + $1.uniqueSize }
    }
}

extension Engine {
    /// Adds up what images, the build cache and containers take.
    public func usage() throws(EngineError) -> DiskUsage {
        recover()
        let records = try containers.all()
        let kept = try volumes.all()
        do {
            return DiskUsage(
                store: try images().usage(),
                containers: records.map { record in
                    let upper = "\(containers.directory)/\(record.id)/upper"
                    // It may be removed meanwhile.
                    return DiskUsage.ContainerUse(container: record, size: (try? Self.size(of: upper)) ?? 0)
                },
                volumes: kept.map { volume in
                    DiskUsage.VolumeUse(
                        volume: volume,
                        containers: records.count { record in
                            record.mounts.contains { $0.kind == .volume && $0.name == volume.name }
                        },
                        size: (try? Self.size(of: volume.mountpoint)) ?? 0)
                })
        } catch {
            throw EngineError(.store, "cannot add up what is in \(places.root)", cause: error)
        }
    }

    /// Removes images: see ``ImageStore/pruneImages(all:isUsed:)``. None that a container was made from, and those alone
    /// that pass the filters; `dangling=false` there is `all`.
    public func pruneImages(all: Bool, _ filters: [ImageFilter] = []) throws(EngineError) -> Pruning {
        recover()
        let all = all || filters.contains(.dangling(false))
        let others = filters.filter { $0 != .dangling(false) && $0 != .dangling(true) }
        let chosen = others.isEmpty ? nil : Set(try images(others).map(\.id))
        do {
            let store = try images()
            return try store.pruneImages(all: all) { id in
                chosen?.contains(id) == false || user(ofImage: "\(id)") != nil
            }
        } catch {
            throw EngineError(.store, "cannot remove images", cause: error)
        }
    }

    /// Bytes of files below the directory `path`, each file once.
    static func size(of path: String) throws(SystemError) -> Int64 {
        var directory = try Descriptor.open(path, [.readOnly, .directory, .noFollow])
        var seen: Set<UInt64> = []
        var size: Int64 = 0
        var levels: [(names: [FileName], next: Int)] = [(try directory.names(), 0)]
        while let level = levels.last {
            guard level.next < level.names.count else {
                levels.removeLast()
                if !levels.isEmpty { directory = try directory.open("..", [.readOnly, .directory]) }
                continue
            }
            levels[levels.count - 1].next += 1
            let name = level.names[level.next]
            guard let status = try? directory.status(of: name) else { continue }
            if status.isDirectory {
                guard let below = try? directory.open(name, [.readOnly, .directory, .noFollow]) else { continue }
                directory = below
                levels.append((try directory.names(), 0))
            } else if status.links == 1 || seen.insert(status.inode).inserted {
                size += status.size
            }
        }
        return size
    }
}
