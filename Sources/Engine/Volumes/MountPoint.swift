// SPDX-License-Identifier: Apache-2.0
public import OCI

/// A mount that a container has of what outlives it: everything that a start needs to make it again.
public struct MountPoint: Hashable, Sendable {
    /// Docker's words.
    public enum Kind: String, Hashable, Sendable {
        case bind, volume, image
    }

    public var kind: Kind
    /// A volume's name, or that of an image as it was written; empty for a bind.
    public var name = ""
    /// On the host, absolute: what is bound, or where a volume's files are. Of an image, its id.
    public var source: String
    /// In the container, absolute.
    public var destination: String
    /// The options of `-v`, as they were written.
    public var mode = ""
    public var isWritable = true
    /// Of a bind, a word as `rslave`.
    public var propagation = ""
    /// Of a bind, whether what is mounted below is seen as well.
    public var isRecursive = true
    /// Of a bind that is read-only, whether what is mounted below stays writable.
    public var leavesMountsBelowWritable = false
    /// Of a volume, whether nobody named it.
    public var isAnonymous = false
    /// Of a volume, whether it begins with what the image has there.
    public var copiesImage = true
    /// Of a bind, whether a directory is made where there is nothing.
    public var createsSource = false
    /// What of a volume or an image is shown; nil for all.
    public var subpath: String?

    public init(kind: Kind, source: String, destination: String) {
        self.kind = kind
        self.source = source
        self.destination = destination
    }

    /// As docker's `inspect` has it, under `Mounts`.
    public var inspection: JSON { .object(shown) }

    private var shown: JSON.Object {
        var object = JSON.Object([("Type", .string(kind.rawValue))])
        if kind != .bind { object["Name"] = .string(name) }
        object["Source"] = .string(source)
        object["Destination"] = .string(destination)
        if kind == .volume { object["Driver"] = "local" }
        object["Mode"] = .string(mode)
        object["RW"] = .bool(isWritable)
        object["Propagation"] = .string(propagation)
        return object
    }

    /// As a record has it: what docker shows, and the rest.
    var json: JSON {
        var object = shown
        if !isRecursive { object["NonRecursive"] = true }
        if leavesMountsBelowWritable { object["WritableBelow"] = true }
        if createsSource { object["CreatesSource"] = true }
        if isAnonymous { object["Anonymous"] = true }
        if !copiesImage { object["NoCopy"] = true }
        if let subpath { object["Subpath"] = .string(subpath) }
        return .object(object)
    }

    /// A mount as it was written; nil where it is none.
    init?(_ json: JSON) {
        guard let kind = json["Type"]?.string.flatMap(Kind.init(rawValue:)), let source = json["Source"]?.string,
            let destination = json["Destination"]?.string
        else { return nil }
        self.init(kind: kind, source: source, destination: destination)
        name = json["Name"]?.string ?? ""
        mode = json["Mode"]?.string ?? ""
        isWritable = json["RW"]?.bool ?? true
        propagation = json["Propagation"]?.string ?? ""
        isRecursive = json["NonRecursive"]?.bool != true
        leavesMountsBelowWritable = json["WritableBelow"]?.bool == true
        createsSource = json["CreatesSource"]?.bool == true
        isAnonymous = json["Anonymous"]?.bool == true
        copiesImage = json["NoCopy"]?.bool != true
        subpath = json["Subpath"]?.string
    }
}
