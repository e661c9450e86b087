// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension DeviceNode {
    var json: JSON {
        [
            "path": JSON(path), "kind": JSON(kind.rawValue), "major": JSON(number.major), "minor": JSON(number.minor),
            "permissions": JSON(permissions), "user": JSON(user), "group": JSON(group),
        ]
    }
}

extension NewFileSystem {
    var members: [(String, JSON)] {
        [
            ("type", JSON(type)), ("source", JSON(source)), ("options", JSON(options)), ("flags", JSON(flags.names)),
            ("copiesUp", .bool(copiesUp)),
        ]
    }
}

extension TreeCopy {
    var members: [(String, JSON)] {
        [
            ("path", JSON(path)), ("isRecursive", .bool(isRecursive)),
            ("owners", owners?.json ?? .null),
            ("attributes", JSON(attributes.names)), ("attributesBelow", JSON(attributesBelow.names)),
            ("propagation", JSON(propagation.map(\.description))),
        ] + (subpath.map { [("subpath", JSON($0))] } ?? [])
    }
}

extension TreeCopy.Owners {
    var json: JSON { ["namespace": namespace.json, "isRecursive": .bool(isRecursive)] }
}
