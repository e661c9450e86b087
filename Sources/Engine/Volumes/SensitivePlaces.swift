// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Places of the host that hand it over with them, so that a bind of one is said twice: by `--allow-sensitive` as well.
///
/// A folder is known by what it is, not by how it is written: links, `..` and binds of it lead to the same one. What lies in
/// one, as `/etc/localtime` or `/run/user/1000`, is not meant, but for the stores of engines: below these everything is.
struct SensitivePlaces: Sendable {
    /// A folder, and what whoever has it has.
    struct Folder: Sendable {
        let path: String
        let reason: String
    }

    /// The folders themselves.
    var folders = [
        Folder(path: "/", reason: "who has it has all of the host's files"),
        Folder(path: "/etc", reason: "who has it says who may log in, and what runs at the next boot"),
        Folder(path: "/proc", reason: "it shows and sets the host's kernel and every process of it"),
        Folder(path: "/proc/sys", reason: "it sets the host's kernel"),
        Folder(path: "/sys", reason: "it sets the host's kernel and its devices"),
        Folder(path: "/dev", reason: "its disks are in it"),
        Folder(path: "/run", reason: "the sockets that command the host are in it"),
        Folder(path: "/boot", reason: "the host's kernel is in it"),
    ]
    /// The stores of engines, with all that is in them and all that they are in.
    var stores: [String]
    /// What of a store is a container's to be given: the files of volumes.
    var volumes: [String]
    /// What the sockets of engines are called, wherever they are.
    var sockets: Set<String> = [
        "docker.sock", "containerd.sock", "podman.sock", "crio.sock", "buildkitd.sock", "cri-dockerd.sock",
    ]

    init(_ places: Engine.Places) {
        stores = [places.root, places.runRoot, "/var/lib/docker", "/var/lib/containerd", "/var/lib/containers"]
        volumes = [places.root + "/volumes", "/var/lib/docker/volumes", "/var/lib/containers/storage/volumes"]
    }

    /// Why a bind of what is there is to be said twice; nil where it is not, or where there is nothing.
    func reason(for path: String) -> String? {
        guard let found = Found(path) else { return nil }
        for folder in folders {
            guard let status = try? Descriptor.open(folder.path, .path).status() else { continue }
            if status.isSameFile(as: found.status) { return folder.reason }
        }
        if found.status.kind == .socket, sockets.contains(found.path.pathParts.last.map(String.init) ?? "") {
            return "who may call that engine is root of the host"
        }
        if volumes.compactMap({ Found($0) }).contains(where: { found.path != $0.path && found.path.isBelow($0.path) }) {
            return nil
        }
        for store in stores.compactMap({ Found($0) }) {
            if found.path.isBelow(store.path) { return "images and containers are made of what is in \(store.path)" }
            if store.path.isBelow(found.path) {
                return "\(store.path) is in it, of which images and containers are made"
            }
        }
        return nil
    }

    /// What a path leads to, and its name behind all links.
    private struct Found {
        let status: FileStatus
        let path: String

        init?(_ path: String) {
            guard let file = try? Descriptor.open(path, .path), let status = try? file.status(),
                let name = try? file.path()
            else { return nil }
            (self.status, self.path) = (status, name)
        }
    }
}

extension String {
    /// Whether a path without links is another, or lies in it.
    fileprivate func isBelow(_ folder: String) -> Bool {
        pathParts.starts(with: folder.pathParts)
    }
}

extension Engine {
    /// Refuses binds of what hands the host over, unless that was asked for: those of the line, of other containers that it
    /// takes over, and of volumes that are a folder of the host's.
    func refuseSensitive(_ points: [MountPoint], of request: ContainerRequest) throws(EngineError) {
        if request.allowsSensitive { return }
        let sensitive = SensitivePlaces(places)
        for point in points {
            guard let source = try shownFolder(of: point, request), let reason = sensitive.reason(for: source) else {
                continue
            }
            throw EngineError(
                .invalid,
                "\(source) of the host is not shown at \(point.destination): \(reason); bind the one file or folder that "
                    + "is needed, or add --allow-sensitive to 'run' or 'create'")
        }
    }

    /// The path of the host that a mount shows, where it is one that somebody has named.
    private func shownFolder(of point: MountPoint, _ request: ContainerRequest) throws(EngineError) -> String? {
        switch point.kind {
        case .image: return nil
        case .bind: return point.source
        case .volume:
            var options = volumes.find(point.name)?.options ?? [:]
            if options.isEmpty {
                for option in request.volumes.first(where: { $0.target.description == point.destination })?.options
                    ?? []
                {
                    options[option.key] = option.value
                }
            }
            guard !options.isEmpty, case .tree(let path, _, _) = try LocalVolume(options, volume: point.name) else {
                return nil
            }
            return point.subpath.map { "\(path)/\($0)" } ?? path
        }
    }
}
