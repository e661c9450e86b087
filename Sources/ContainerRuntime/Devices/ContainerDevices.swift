// SPDX-License-Identifier: Apache-2.0
public import Linux

/// The devices that a container may use, for the filter of its cgroup.
public enum ContainerDevices {
    /// A device that every container has, and its node under `/dev`.
    public struct Node: Hashable, Sendable {
        /// The name under `/dev`.
        public var name: String
        public var major: UInt32
        public var minor: UInt32
    }

    /// The nodes of `/dev`; `console` and `ptmx` are of the container's own terminals.
    public static let nodes = [
        Node(name: "null", major: 1, minor: 3), Node(name: "zero", major: 1, minor: 5),
        Node(name: "full", major: 1, minor: 7), Node(name: "random", major: 1, minor: 8),
        Node(name: "urandom", major: 1, minor: 9), Node(name: "tty", major: 5, minor: 0),
    ]

    /// What a container may use without being asked: the six nodes, its terminals, and nothing that is hardware.
    ///
    /// With `makingNodes`, for a container that has CAP_MKNOD, it may also make any node, as runc allows: an unpacked
    /// root file system has some; to open one still takes a rule. Without that capability the kernel would refuse it
    /// anyway, and the filter refuses it once more. `/dev/net/tun`, which runc allows, comes with `--device` alone: it is
    /// a way to forge packets, and whoever needs it needs the node too.
    public static func standard(makingNodes: Bool) -> [DeviceRule] {
        var rules = nodes.map { DeviceRule(.character, $0.major, $0.minor, .all) }
        rules.append(DeviceRule(.character, 5, 1, .all))
        rules.append(DeviceRule(.character, 5, 2, .all))
        // The slave ends of pseudo terminals: one major number, and a minor each.
        rules.append(DeviceRule(.character, 136, nil, .all))
        if makingNodes { rules.append(DeviceRule(.any, nil, nil, .makeNode)) }
        return rules
    }

    /// Every device: `--privileged`.
    public static let everything = [DeviceRule(.any, nil, nil, .all)]
}
