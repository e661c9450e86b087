// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import Networks
public import OCI

/// Something that happened to a container, an image or a volume, as `events` shows it.
public struct EngineEvent: Hashable, Sendable {
    /// What it happened to: docker's words.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        case container, image, volume, network, builder
    }

    public let kind: Kind
    /// Docker's word: `start`, `die`, `health_status: healthy`.
    public let action: String
    /// The id of what it happened to; of a volume its name.
    public let id: String
    /// What else is known, as `image`, `name`, `exitCode`, and a container's labels. By key.
    public let attributes: [String: String]
    public let time: FileTime

    public init(kind: Kind, action: String, id: String, attributes: [String: String], time: FileTime = Clock.wall) {
        self.kind = kind
        self.action = action
        self.id = id
        self.attributes = attributes
        self.time = time
    }

    /// An event of a container.
    public static func container(id: String, action: String, attributes: [String: String] = [:]) -> EngineEvent {
        EngineEvent(kind: .container, action: action, id: id, attributes: attributes)
    }

    /// An event of a container, with its image, its name and its labels, as docker has them.
    public static func container(
        _ record: ContainerRecord, _ action: String, attributes: [String: String] = [:]
    ) -> EngineEvent {
        var all = ["image": record.image, "name": record.name]
        for (key, value) in record.labels.object ?? JSON.Object() { all[key] = value.string }
        all.merge(attributes) { $1 }
        return container(id: record.id, action: action, attributes: all)
    }

    /// An event of a volume.
    public static func volume(name: String, action: String, attributes: [String: String] = [:]) -> EngineEvent {
        EngineEvent(kind: .volume, action: action, id: name, attributes: attributes)
    }

    /// An event of a network.
    static func network(_ network: Network, _ action: String) -> EngineEvent {
        EngineEvent(
            kind: .network, action: action, id: network.id, attributes: ["name": network.name, "type": "bridge"])
    }

    /// An event of an image.
    public static func image(id: String, action: String, attributes: [String: String] = [:]) -> EngineEvent {
        EngineEvent(kind: .image, action: action, id: id, attributes: attributes)
    }

    /// The action without its details: `exec_create` of `exec_create: ls`.
    public var plainAction: String {
        action.firstIndex(of: ":").map { String(action[..<$0]) } ?? action
    }
}

extension EngineEvent {
    /// Nanoseconds since 1970.
    private var nanoseconds: Int64 { time.seconds &* 1_000_000_000 &+ time.nanoseconds }

    /// As docker's API writes it, and the log keeps it.
    public var json: JSON {
        var object = JSON.Object()
        // What docker wrote before there were other kinds, and still does.
        if kind == .container || kind == .image {
            object["status"] = .string(action)
            object["id"] = .string(id)
            if let image = attributes["image"], kind == .container { object["from"] = .string(image) }
        }
        object["Type"] = .string(kind.rawValue)
        object["Action"] = .string(action)
        object["Actor"] = ["ID": .string(id), "Attributes": JSON(attributes)]
        object["scope"] = "local"
        object["time"] = .integer(time.seconds)
        object["timeNano"] = .integer(nanoseconds)
        return .object(object)
    }

    /// With the names that docker's templates have.
    public var fields: JSON {
        [
            "Status": .string(kind == .container || kind == .image ? action : ""),
            "ID": .string(kind == .container || kind == .image ? id : ""),
            "From": .string(kind == .container ? attributes["image"] ?? "" : ""),
            "Type": .string(kind.rawValue), "Action": .string(action),
            "Actor": ["ID": .string(id), "Attributes": JSON(attributes)], "Scope": "local",
            "Time": .integer(time.seconds), "TimeNano": .integer(nanoseconds),
        ]
    }

    /// A line for people: `2026-11-21T10:02:03.123456789Z container start ID (image=busybox, name=web)`.
    public var text: String {
        let words = attributes.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: ", ")
        return "\(time.rfc3339) \(kind.rawValue) \(action) \(id)" + (words.isEmpty ? "" : " (\(words))")
    }

    /// An event as ``json`` writes it; nil where it is none.
    init?(_ json: JSON) {
        guard let kind = json["Type"]?.string.flatMap(Kind.init(rawValue:)), let action = json["Action"]?.string,
            let actor = json["Actor"], let id = actor["ID"]?.string, let time = json["timeNano"]?.int64, time >= 0
        else { return nil }
        var attributes: [String: String] = [:]
        for (key, value) in actor["Attributes"]?.object ?? JSON.Object() { attributes[key] = value.string }
        self.init(
            kind: kind, action: action, id: id, attributes: attributes,
            time: FileTime(seconds: time / 1_000_000_000, nanoseconds: time % 1_000_000_000))
    }
}
