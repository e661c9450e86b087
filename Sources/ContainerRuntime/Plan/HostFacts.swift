// SPDX-License-Identifier: Apache-2.0
public import Linux

/// What the planner has to know about the host: its second input.
public struct HostFacts: Hashable, Sendable {
    /// Whether overlayfs takes detached layers by descriptor (6.15 and later), found by trying.
    public var overlayTakesDescriptors: Bool
    /// Controllers that the root of the cgroup2 tree has.
    public var controllers: [String]
    /// What the runtime itself may have.
    public var capabilities: CapabilitySet
    /// The highest capability that the kernel knows is the last of these.
    public var knownCapabilities: CapabilitySet
    /// The runtime's own limits, of the resources that the container asks a limit for.
    public var limits: [LimitChoice]

    public init(
        overlayTakesDescriptors: Bool, controllers: [String], capabilities: CapabilitySet,
        knownCapabilities: CapabilitySet, limits: [LimitChoice] = []
    ) {
        self.overlayTakesDescriptors = overlayTakesDescriptors
        self.controllers = controllers
        self.capabilities = capabilities
        self.knownCapabilities = knownCapabilities
        self.limits = limits
    }
}
