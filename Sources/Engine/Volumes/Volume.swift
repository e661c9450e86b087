// SPDX-License-Identifier: Apache-2.0
public import OCI

/// A directory that outlives the containers that use it.
public struct Volume: Hashable, Sendable {
    public let name: String
    /// RFC 3339, in UTC.
    public let created: String
    public let labels: [String: String]
    /// What `--opt` said: `type`, `o` and `device`.
    public let options: [String: String]
    /// Where its files are, on the host. Of a volume with options it stays empty: what they name is mounted where the
    /// volume is used.
    public let mountpoint: String
    /// The lease that it was made under; empty for none.
    var lease = ""

    /// The label that docker gives a volume that nobody named.
    public static let anonymousLabel = "com.docker.volume.anonymous"

    /// Whether nobody named it: it goes with its container's `--rm`, and with `volume prune`.
    public var isAnonymous: Bool { labels[Self.anonymousLabel] != nil }

    /// As it is on disk.
    var document: JSON {
        var object = JSON.Object([
            ("Name", .string(name)), ("Driver", "local"), ("CreatedAt", .string(created)),
            ("Labels", JSON(labels)), ("Options", JSON(options)),
        ])
        if !lease.isEmpty { object["Lease"] = .string(lease) }
        return .object(object)
    }

    /// As `volume inspect` prints it: docker's names, and null for no labels and no options.
    public var inspection: JSON {
        .object(
            JSON.Object([
                ("CreatedAt", .string(created)), ("Driver", "local"), ("Labels", labels.isEmpty ? .null : JSON(labels)),
                ("Mountpoint", .string(mountpoint)), ("Name", .string(name)),
                ("Options", options.isEmpty ? .null : JSON(options)), ("Scope", "local"),
            ]))
    }

    /// A volume of that name whose files are below `directory`, as it was written; nil where it is none.
    init?(_ json: JSON, name: String, in directory: String) {
        guard json["Name"]?.string == name, let created = json["CreatedAt"]?.string else { return nil }
        self.init(
            name: name, created: created, labels: Self.texts(json["Labels"]), options: Self.texts(json["Options"]),
            in: directory)
        lease = json["Lease"]?.string ?? ""
    }

    init(name: String, created: String, labels: [String: String], options: [String: String], in directory: String) {
        self.name = name
        self.created = created
        self.labels = labels
        self.options = options
        mountpoint = "\(directory)/\(name)/_data"
    }

    private static func texts(_ json: JSON?) -> [String: String] {
        var result: [String: String] = [:]
        for (key, value) in json?.object ?? JSON.Object() { result[key] = value.string ?? "" }
        return result
    }
}
