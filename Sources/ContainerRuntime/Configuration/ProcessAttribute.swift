// SPDX-License-Identifier: Apache-2.0
public import Linux

/// Something that a process has of its own beside rights, streams and limits: of a bundle's `process` and `linux`.
public enum ProcessAttribute: Hashable, Sendable {
    case personality(Personality)
    case ioPriority(IOPriority)
    case scheduling(Scheduling)
    case memoryPolicy(MemoryPolicy)
    /// Runs on these processors, as far as its cgroup lets it.
    case processors(NumberSet)
    /// Runs on every processor that its cgroup lets it, whatever its caller was bound to.
    case everyProcessor
    /// Has its program executed under a label of the security module.
    case label(SecurityModule, String)
}

/// Which session keyring a process has: keyrings(7).
public enum KeyringChoice: Hashable, Sendable {
    /// A new one that nobody else finds.
    case own
    /// One by this name, which is made where there is none: so that a container's processes share it.
    case named(String)
    /// That of whoever starts it: `--no-new-keyring`.
    case inherited
}

/// What the kernel has to say of a process once it has given its rights up.
public struct Confinement: Hashable, Sendable {
    public var capabilities: ProcessCapabilities
    public var noNewPrivileges: Bool
    public init(capabilities: ProcessCapabilities, noNewPrivileges: Bool) {
        self.capabilities = capabilities
        self.noNewPrivileges = noNewPrivileges
    }
}
