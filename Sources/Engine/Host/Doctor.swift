// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// One thing that containers need of the host, and whether it is there.
public struct Finding: Hashable, Sendable {
    public enum Level: String, Hashable, Sendable {
        case ok
        /// Containers run; something is weaker, or some flag is refused.
        case degraded
        /// Containers do not run, or not with the defaults.
        case missing
    }
    /// A word or two by which it is spoken of.
    public let name: String
    public let level: Level
    /// What this host gives.
    public let found: String
    /// What its absence costs; empty where nothing is missing.
    public let cost: String
    /// How to get it; empty where nothing is missing.
    public let remedy: String

    init(_ name: String, _ found: String) {
        self.init(name, .ok, found, "", "")
    }

    init(_ name: String, _ level: Level, _ found: String, costs cost: String, remedy: String) {
        self.init(name, level, found, cost, remedy)
    }

    private init(_ name: String, _ level: Level, _ found: String, _ cost: String, _ remedy: String) {
        self.name = name
        self.level = level
        self.found = found
        self.cost = cost
        self.remedy = remedy
    }
}

/// Finds out what this host gives to containers, by trying it wherever that is possible, and leaves nothing behind.
///
/// It clones, so only a process with one thread may use it.
public struct Doctor: Sendable {
    let places: Engine.Places

    public init(places: Engine.Places) { self.places = places }

    /// Everything that is worth knowing, what matters most first.
    public func examine() -> [Finding] {
        [
            kernel, root, capabilities, resourceLimits, userNamespaces, timeNamespaces, seccomp, noNewPrivileges,
            kernelFiles,
        ]
            + [identityRange] + store + [runDirectory] + cgroups + [networks, fetching, securityModules, nesting]
    }

    /// The text of a file of the kernel's without the line end; nil where it cannot be read.
    static func text(of path: String) -> String? {
        guard let bytes = try? Descriptor.contents(of: path) else { return nil }
        let text = String(decoding: bytes, as: UTF8.self)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}
