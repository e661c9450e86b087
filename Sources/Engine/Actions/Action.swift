// SPDX-License-Identifier: Apache-2.0
internal import Images
public import OCI

/// What a command does to something, as the audit log has it.
public struct Action: Hashable, Sendable {
    /// The command's own word: `run`, `exec`, `volume rm`.
    public var verb: String
    /// What it is done to.
    public var kind: EngineEvent.Kind
    /// The id; of what has none its name.
    public var id = ""
    public var name = ""
    /// Of a container: its image as it was written, and the digest of that image's configuration.
    public var image = ""
    public var digest = ""
    /// What was asked that is not so where nothing is said, as an object.
    public var differences = JSON.Object()

    public init(_ verb: String, _ kind: EngineEvent.Kind, id: String = "", name: String = "") {
        self.verb = verb
        self.kind = kind
        self.id = id
        self.name = name
    }

    /// What is done to a container; `request` where the command brings it into being.
    init(_ verb: String, _ record: ContainerRecord, _ request: ContainerRequest? = nil) {
        self.init(verb, .container, id: record.id, name: record.name)
        image = record.image
        digest = record.imageID
        if let request { differences = request.differences }
    }

    /// What is done to a container and a network.
    init(_ verb: String, _ record: ContainerRecord, to network: String) {
        self.init(verb, record)
        differences["Network"] = .string(network)
    }

    /// What makes an image of a container.
    init(_ verb: String, _ record: ContainerRecord, made image: Image) {
        self.init(verb, record)
        differences["Made"] = .string("\(image.id)")
    }

    /// What is done to an image; `digest` where it is known.
    public init(_ verb: String, image name: String, digest: String = "") {
        self.init(verb, .image, id: digest, name: name)
        self.digest = digest
    }

    /// What is done to what an event tells of.
    init(_ verb: String, _ event: EngineEvent) {
        let name = event.attributes["name"] ?? (event.kind == .volume ? event.id : "")
        self.init(verb, event.kind, id: event.id, name: name)
    }
}

extension Action {
    /// As a record of the log keeps it: what is empty has no member.
    func write(to object: inout JSON.Object) {
        object["verb"] = .string(verb)
        object["kind"] = .string(kind.rawValue)
        for (key, value) in [("id", id), ("name", name), ("image", image), ("digest", digest)] where !value.isEmpty {
            object[key] = .string(value)
        }
        if !differences.isEmpty { object["differs"] = .object(differences) }
    }

    init?(_ json: JSON) {
        guard let verb = json["verb"]?.string, let kind = json["kind"]?.string.flatMap(EngineEvent.Kind.init(rawValue:))
        else { return nil }
        self.init(verb, kind, id: json["id"]?.string ?? "", name: json["name"]?.string ?? "")
        image = json["image"]?.string ?? ""
        digest = json["digest"]?.string ?? ""
        differences = json["differs"]?.object ?? JSON.Object()
    }
}

extension ContainerRequest {
    /// What a record of the log says elsewhere, or that nobody asked for.
    private static let untold: Set<String> = ["Image", "Cmd", "Name", "Resolved"]

    /// What was asked that is not so where nothing is said, by the names of ``json``. Of variables there are the names
    /// alone: their values may be secrets.
    var differences: JSON.Object {
        var usual = ContainerRequest()
        if case .network(let network)? = try? DefaultNetwork.choice() {
            (usual.network, usual.networks) = (.network(network.name), [network])
        }
        let standard = usual.json
        var members = JSON.Object()
        for (key, value) in json.object ?? JSON.Object() where !Self.untold.contains(key) && standard[key] != value {
            members[key] = key == "Env" ? JSON((value.strings ?? []).map { String($0.prefix { $0 != "=" }) }) : value
        }
        return members
    }
}
