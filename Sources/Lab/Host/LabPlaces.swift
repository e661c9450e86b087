// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Where the lab keeps what it has.
///
///     ROOT/lab/       key, progress.json, stores/ outlives a boot
///     RUN_ROOT/lab/   hosts/NAME/, runtime/NAME/  does not
public struct LabPlaces: Hashable, Sendable {
    public let root: String
    public let runRoot: String

    /// Below the engine's two directories; absolute.
    public init(root: String, runRoot: String) {
        self.root = root + "/lab"
        self.runRoot = runRoot + "/lab"
    }

    var hosts: String { runRoot + "/hosts" }
    /// The stores of lab hosts, where they cannot be in memory.
    var stores: String { root + "/stores" }
    /// Of the OCI runtime that makes lab hosts.
    var runtime: String { runRoot + "/runtime" }

    /// Makes one of them, and opens it.
    static func make(_ path: String) throws(LabError) -> Descriptor {
        do throws(SystemError) { return try Descriptor.makeDirectories(path, mode: 0o700) } catch {
            throw LabError(.host, "cannot make \(path)", cause: error)
        }
    }
}
