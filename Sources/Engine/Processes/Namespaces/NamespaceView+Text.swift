// SPDX-License-Identifier: Apache-2.0
public import OCI
internal import Words

extension NamespaceView {
    /// What is shown.
    public struct Parts: OptionSet, Hashable, Sendable {
        public let rawValue: Int
        public init(rawValue: Int) { self.rawValue = rawValue }
        /// The processes of each container.
        public static let processes = Parts(rawValue: 1)
        /// What containers share with each other and with the host, and who is in which namespace.
        public static let namespaces = Parts(rawValue: 2)
    }

    /// The host with its containers below it, and below each its processes, with both numbers: of the host and inside.
    public func text(_ parts: Parts) -> String {
        var lines = ["host"]
        for (index, member) in members.enumerated() {
            let isLast = index == members.count - 1
            lines.append((isLast ? "└─ " : "├─ ") + "\(member.name)  \(member.image)  \(member.id.prefix(12))")
            let lead = isLast ? "   " : "│  "
            if parts.contains(.namespaces) { lines += words(of: member).map { lead + "   " + $0 } }
            if parts.contains(.processes) { lines += Self.lines(of: member.processes, lead: lead) }
        }
        guard parts.contains(.namespaces) else { return lines.map { $0 + "\n" }.joined() }
        lines.append("")
        let rows =
            [["KIND", "NAMESPACE", "WHO"]]
            + spaces.map { space in
                [
                    space.kind, "\(space.number)",
                    ((space.isHost ? ["the host"] : []) + space.members).joined(separator: ", "),
                ]
            }
        let widths = (0..<2).map { column in (rows.map { $0[column].utf8.count }.max() ?? 0) + 3 }
        lines += rows.map { row in
            zip(row, widths).map { $0 + String(repeating: " ", count: $1 - $0.utf8.count) }.joined() + row[2]
        }
        return lines.map { $0 + "\n" }.joined()
    }

    /// A line of each: what is its own, whose the others are.
    func words(of member: Member) -> [String] {
        let (own, ofHost, shared) = relations(of: member)
        var lines = own.isEmpty ? [] : ["its own: \(own.joined(separator: " "))"]
        lines += shared.map { "with \($0.name): \($0.kinds.joined(separator: " "))" }
        if !ofHost.isEmpty { lines.append("the host's: \(ofHost.joined(separator: " "))") }
        return lines
    }

    private static func lines(of nodes: [Node], lead: String) -> [String] {
        nodes.enumerated().flatMap { index, node in
            let isLast = index == nodes.count - 1
            return [lead + (isLast ? "└─ " : "├─ ") + node.text]
                + lines(of: node.children, lead: lead + (isLast ? "   " : "│  "))
        }
    }

    /// The same for programs.
    public var json: JSON {
        [
            "host": Self.json(of: host),
            "containers": .array(
                members.map { member in
                    let (own, ofHost, shared) = relations(of: member)
                    return [
                        "id": .string(member.id), "name": .string(member.name), "image": .string(member.image),
                        "namespaces": Self.json(of: member.spaces), "own": JSON(own), "ofHost": JSON(ofHost),
                        "shared": .object(JSON.Object(shared.map { ($0.name, JSON($0.kinds)) })),
                        "processes": .array(member.processes.map(\.json)),
                    ]
                }),
            "namespaces": .array(
                spaces.map { space in
                    [
                        "kind": .string(space.kind), "number": JSON(space.number), "isHost": .bool(space.isHost),
                        "containers": JSON(space.members),
                    ]
                }),
        ]
    }

    private static func json(of spaces: [String: UInt64]) -> JSON {
        .object(JSON.Object(kinds.compactMap { kind in spaces[kind].map { (kind, JSON($0)) } }))
    }
}

extension NamespaceView.Node {
    /// `4711 / 1  nginx`; with three numbers where there is a pid namespace in that of the container.
    var text: String {
        numbers.map { "\($0)" }.joined(separator: " / ") + "  \(plainText(name))"
            + (others.isEmpty ? "" : "  (others of \(others.joined(separator: " ")))")
    }

    fileprivate var json: JSON {
        [
            "pid": numbers.first.map { JSON($0) } ?? .null, "inside": .array(numbers.dropFirst().map { JSON($0) }),
            "name": .string(name), "others": JSON(others), "children": .array(children.map(\.json)),
        ]
    }
}
