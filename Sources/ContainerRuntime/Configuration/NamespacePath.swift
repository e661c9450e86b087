// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A namespace that is there already, named by a file: `/proc/PID/ns/net`, or one that it is bound on.
public struct NamespacePath: Hashable, Sendable {
    /// One kind.
    public var kind: Namespaces
    /// Absolute, on the host.
    public var path: String
    public init(kind: Namespaces, path: String) {
        self.kind = kind
        self.path = path
    }
}
