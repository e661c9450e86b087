// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import OCI

extension Engine {
    /// The containers that `ps` lists, the youngest first.
    ///
    /// - Parameters:
    ///   - all: also those that do not run, as with a filter by state and with `last`.
    ///   - last: so many of the youngest at most.
    /// - Returns: records without details and request, which `inspect` has.
    /// - Throws: `unknownContainer` where a filter names one that is not there.
    public func list(all: Bool, filters: [ContainerFilter], last: Int?) throws(EngineError) -> [ContainerRecord] {
        recover()
        let everything = try containers.all(.listed)
        let resolved = try resolve(filters)
        var exposed: [String: [String]] = [:]
        let needsPorts = filters.contains { if case .expose = $0 { true } else { false } }
        var found: [ContainerRecord] = []
        for record in everything where all || last != nil || filters.includesEnded || record.isLive {
            if needsPorts, exposed[record.imageID] == nil {
                exposed[record.imageID] = (try? images().resolve(record.imageID))?.exposedPorts ?? []
            }
            guard record.matches(resolved, among: everything, exposed: exposed[record.imageID] ?? []) else { continue }
            found.append(record)
            if found.count == last { break }
        }
        return found
    }

    /// Filters that name containers, with their ids.
    private func resolve(_ filters: [ContainerFilter]) throws(EngineError) -> [ContainerFilter] {
        var resolved: [ContainerFilter] = []
        for filter in filters {
            switch filter {
            case .before(let name): resolved.append(.before(try containers.find(name).id))
            case .since(let name): resolved.append(.since(try containers.find(name).id))
            default: resolved.append(filter)
            }
        }
        return resolved
    }

    /// What containers' own files take in bytes, and with those of their images, by id.
    public func sizes(of records: [ContainerRecord]) throws(EngineError) -> [String: (own: Int64, whole: Int64)] {
        var sizes: [String: (own: Int64, whole: Int64)] = [:]
        let list: [ImageSummary]
        do {
            list = try images().list()
        } catch {
            throw EngineError(.store, "cannot list images", cause: error)
        }
        let images = Dictionary(list.map { ("\($0.id)", $0.size) }) { first, _ in first }
        for record in records {
            // It may be removed meanwhile.
            let own = (try? Self.size(of: "\(containers.directory)/\(record.id)/upper")) ?? 0
            sizes[record.id] = (own, own + (images[record.imageID] ?? 0))
        }
        return sizes
    }
}

extension ContainerRecord {
    /// Whether it runs, or is about to again.
    public var isLive: Bool {
        switch state {
        case .running, .restarting: true
        case .created, .exited: false
        }
    }

    /// The network that it is in: a name, `none`, `host`, or `container:NAME`.
    public var networkName: String {
        if let name = request["NetworkMode"]?.string ?? summary["NetworkMode"]?.string { return name }
        // One that was not kept has no request; what it was set up with says the same.
        let own = details["Namespaces"]?.strings
        return endpoints.first?.network ?? (own?.contains("network") == false ? "host" : "none")
    }
}

extension Image {
    /// Ports that the image names: `80/tcp`.
    var exposedPorts: [String] { configuration.json["config"]?["ExposedPorts"]?.object?.keys ?? [] }
}
