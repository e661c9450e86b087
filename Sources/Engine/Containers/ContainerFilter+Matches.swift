// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI
internal import Words

extension [ContainerFilter] {
    /// Whether containers in every state are asked for, as a filter by state does.
    public var includesEnded: Bool { contains { if case .status = $0 { true } else { false } } }
}

extension ContainerRecord {
    /// Whether filters let it through: of those with one key any is enough, but for labels, which all have to hold.
    ///
    /// - Parameters:
    ///   - others: all containers, among which `before` and `since` look.
    ///   - exposed: the ports that its image names.
    func matches(_ filters: [ContainerFilter], among others: [ContainerRecord], exposed: [String] = []) -> Bool {
        filters.pass { matches($0, others, exposed) }
    }

    private func matches(_ filter: ContainerFilter, _ others: [ContainerRecord], _ exposed: [String]) -> Bool {
        switch filter {
        case .id(let part): return id.hasPrefix(part)
        case .name(let parts):
            return parts.split(separator: "|", omittingEmptySubsequences: false).contains { Self.matches(name, $0) }
        case .label(let label): return label.passes { labels[$0]?.string }
        case .exited(let wanted):
            if case .exited(let code, _, _) = state { return code == wanted }
            return false
        case .status(let wanted): return word == wanted
        case .ancestor(let image):
            let plain = imageID.hasPrefix("sha256:") ? String(imageID.dropFirst(7)) : imageID
            return isImage(image) || !image.isEmpty && (imageID.hasPrefix(image) || plain.hasPrefix(image))
        case .before(let name):
            guard let other = others.first(where: { $0.isNamed(name) }) else { return false }
            return (created, id) < (other.created, other.id)
        case .since(let name):
            guard let other = others.first(where: { $0.isNamed(name) }) else { return false }
            return (created, id) > (other.created, other.id)
        case .volume(let name): return mounts.contains { $0.name == name || $0.destination == name }
        case .network(let name): return networkName == name
        // Nothing is published to a host whose network the container has, or of one that has the loopback alone.
        case .publish: return false
        case .expose(let ports): return exposed.contains { Self.isPort($0, in: ports) }
        case .health(let word): return word == health["Status"]?.string ?? "none"
        case .isTask(let wanted): return !wanted
        case .until(let moment):
            guard let made = MomentArgument.date(created) else { return false }
            return made < moment.time
        }
    }

    private func isNamed(_ text: String) -> Bool { name == text || !text.isEmpty && id.hasPrefix(text) }

    /// Whether that is the image's name, with its tag or without.
    private func isImage(_ text: String) -> Bool {
        guard let wanted = try? ImageReference(text), let own = try? ImageReference(image) else { return false }
        return wanted.name == own.name && (wanted.tag ?? "latest") == (own.tag ?? "latest")
    }

    /// Whether `80/tcp` is in `80-90/tcp`, where the protocol may be left out.
    private static func isPort(_ port: String, in range: String) -> Bool {
        func parts(_ text: String) -> (ports: ClosedRange<UInt16>, kind: Substring)? {
            let halves = text.split(separator: "/", omittingEmptySubsequences: false)
            let ends = (halves.first ?? "").split(separator: "-", omittingEmptySubsequences: false)
            guard let first = ends.first.flatMap({ UInt16($0) }), let last = ends.last.flatMap({ UInt16($0) }),
                first <= last
            else { return nil }
            return (first...last, halves.count == 2 ? halves[1] : "tcp")
        }
        guard let own = parts(port), let wanted = parts(range) else { return false }
        return own.kind == wanted.kind && own.ports.overlaps(wanted.ports)
    }

    private static func matches(_ name: String, _ part: Substring) -> Bool {
        let isStart = part.hasPrefix("^")
        let isEnd = part.hasSuffix("$")
        var text = part.dropFirst(isStart ? 1 : 0)
        if isEnd { text = text.dropLast() }
        // Docker's names begin with a slash.
        if text.hasPrefix("/") { text = text.dropFirst() }
        switch (isStart, isEnd) {
        case (true, true): return name == text
        case (true, false): return name.hasPrefix(text)
        case (false, true): return name.hasSuffix(text)
        case (false, false): return name.hasPart(text)
        }
    }
}
