// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What a bundle does not say of its container and a runtime decides.
public struct BundlePlace: Sendable {
    public var id: String
    /// The container's state directory; absolute.
    public var directory: String
    /// The directory of its cgroup; nil where it gets none.
    public var cgroup: String?
    /// Where the container waits to be started; nil where it does not.
    public var gate: GateConfiguration?
    /// Whether it has a session keyring of its own.
    public var makesKeyring = true
    /// How many descriptors from 3 on it gets.
    public var furtherStreams = 0
    /// Who gets the terminal, and who a descriptor of the process; absolute.
    public var consoleSocket: String?
    public var processSocket: String?
    /// The size of the caller's terminal, which the process' own has from the start where the bundle names none; nil where
    /// the caller has none or does not stay.
    public var terminalSize: TerminalSize?
    /// Whether the process joins the container, which runs.
    public var joinsContainer = false
    /// The bundle; nil for the container's directory.
    public var bundle: String?
    /// Compiled filters, in a directory that only root writes.
    public var filters: String

    public init(id: String, directory: String, cgroup: String?, filters: String) {
        self.id = id
        self.directory = directory
        self.cgroup = cgroup
        self.filters = filters
    }
}
