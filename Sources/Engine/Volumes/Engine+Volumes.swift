// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// What was removed of volumes.
public struct VolumePruning: Hashable, Sendable {
    /// Their names.
    public var removed: [String] = []
    /// Bytes of file contents.
    public var reclaimed: Int64 = 0
    public init() {}
}

extension Engine {
    var volumes: VolumeStore { VolumeStore(places: places, lease: lease) }

    /// Makes a volume; one of that name that is there already is left as it is, unless its options are others.
    /// - Parameter name: nil for a name of 64 digits, as docker gives one.
    public func createVolume(
        _ name: VolumeName?, labels: [LabelArgument], options: [VolumeOption]
    ) throws(EngineError) -> Volume {
        recover()
        var words: [String: String] = [:]
        for option in options { words[option.key] = option.value }
        if !words.isEmpty { _ = try LocalVolume(words, volume: name?.description ?? "") }
        var texts: [String: String] = name == nil ? [Volume.anonymousLabel: ""] : [:]
        for label in labels { texts[label.key] = label.value }
        let isNew = name.map { volumes.find($0.description) == nil } ?? true
        let volume = try volumes.create(name ?? .anonymous(), labels: texts, options: words)
        if isNew {
            record(
                event: .volume(name: volume.name, action: "create", attributes: ["driver": "local"]),
                as: "volume create")
        }
        guard words.isEmpty || volume.options == words else {
            throw EngineError(
                .invalid,
                "the volume \(volume.name) is there with other options: remove it with 'minibox volume rm', or choose "
                    + "another name")
        }
        return volume
    }

    /// The volumes that pass, by name.
    public func volumes(_ filters: [VolumeFilter]) throws(EngineError) -> [Volume] {
        recover()
        let used = try usedVolumes()
        return try volumes.all().filter { volume in
            filters.pass { $0.holds(of: volume, isUsed: used[volume.name] != nil) }
        }
    }

    /// The volume of that name.
    public func volume(_ name: String) throws(EngineError) -> Volume {
        recover()
        guard let volume = volumes.find(name) else {
            throw EngineError(.unknownVolume, "there is no volume \(name)\(try nearVolume(name))")
        }
        return volume
    }

    /// Removes a volume that no container uses, whether it runs or not.
    public func removeVolume(_ name: String) throws(EngineError) {
        let volume = try volume(name)
        let user = try volumes.remove(volume.name) { () throws(EngineError) in try usedVolumes()[volume.name] }
        if let user {
            throw EngineError(
                .volumeInUse, "the volume \(name) is used by \(user): remove that first, with 'minibox rm'")
        }
        record(event: .volume(name: volume.name, action: "destroy", attributes: ["driver": "local"]), as: "volume rm")
    }

    /// Removes the volumes that pass and that no container uses: those without a name of their own, with `all` others too.
    public func pruneVolumes(all: Bool, _ filters: [VolumeFilter]) throws(EngineError) -> VolumePruning {
        recover()
        let takesNamed = all || filters.includesNamed == true
        var pruning = VolumePruning()
        let used = try usedVolumes()
        for volume in try volumes.all() where used[volume.name] == nil && (takesNamed || volume.isAnonymous) {
            guard filters.pass({ $0.holds(of: volume, isUsed: false) }) else { continue }
            let size = (try? Self.size(of: volume.mountpoint)) ?? 0
            do throws(EngineError) {
                let user = try volumes.remove(volume.name) { () throws(EngineError) in try usedVolumes()[volume.name] }
                if user != nil { continue }
            } catch {
                // Another command removed it meanwhile.
                if error.code == .unknownVolume { continue }
                throw error
            }
            pruning.removed.append(volume.name)
            record(
                event: .volume(name: volume.name, action: "destroy", attributes: ["driver": "local"]), as: "volume rm")
            pruning.reclaimed += size
        }
        return pruning
    }

    /// Which container uses a volume, by the volume's name: one of them, where there are several.
    func usedVolumes() throws(EngineError) -> [String: String] {
        try containers.usedVolumes()
    }

    private func nearVolume(_ name: String) throws(EngineError) -> String {
        VolumeOption.near(name, among: try volumes.all().map(\.name)).map { " (did you mean \($0)?)" } ?? ""
    }
}

extension ContainerStore {
    /// Which container uses a volume, by the volume's name; `id` is left out.
    func usedVolumes(besides id: String? = nil) throws(EngineError) -> [String: String] {
        var result: [String: String] = [:]
        for record in try all() where record.id != id {
            for point in record.mounts where point.kind == .volume { result[point.name] = record.name }
        }
        return result
    }
}
