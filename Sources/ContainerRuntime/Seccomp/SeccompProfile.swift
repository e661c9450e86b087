// SPDX-License-Identifier: Apache-2.0
public import Linux

/// A seccomp profile as Docker writes one: rules some of which depend on the container's capabilities, the architecture
/// and the kernel. ``rules(bounding:kernel:native:)`` makes of it the rules of one container.
public struct SeccompProfile: Hashable, Sendable {
    /// The answer to a call that no group names.
    public var defaultAction: SeccompAction
    /// The answer to a call of an architecture that the profile does not name.
    public var foreignAction: SeccompAction
    /// The answer to a call with a number above all that the profile names; nil for ``defaultAction``.
    public var newerAction: SeccompAction?
    /// The architectures that a container may use besides the native one, by the native one.
    public var companions: [SeccompArchitecture: [SeccompArchitecture]]
    public var flags: SeccompFilter.Flags
    /// Whether a group without comparisons overrides those with them, as in libseccomp; else the first that holds wins.
    public var unconditionalWins: Bool
    public var groups: [Group]

    public init(
        defaultAction: SeccompAction, foreignAction: SeccompAction, newerAction: SeccompAction? = nil,
        companions: [SeccompArchitecture: [SeccompArchitecture]] = [:], flags: SeccompFilter.Flags = [],
        unconditionalWins: Bool = false, groups: [Group]
    ) {
        self.defaultAction = defaultAction
        self.foreignAction = foreignAction
        self.newerAction = newerAction
        self.companions = companions
        self.flags = flags
        self.unconditionalWins = unconditionalWins
        self.groups = groups
    }

    /// Calls with one answer, in some containers.
    public struct Group: Hashable, Sendable {
        /// The calls, and the answer where all comparisons hold.
        public var rule: SeccompRule
        /// The group counts only where all of this is so.
        public var includes: Condition
        /// The group does not count where any of this is so.
        public var excludes: Condition

        public init(_ rule: SeccompRule, includes: Condition = .init(), excludes: Condition = .init()) {
            self.rule = rule
            self.includes = includes
            self.excludes = excludes
        }
    }

    /// Something about a container and its host.
    public struct Condition: Hashable, Sendable {
        /// Capabilities of the bounding set.
        public var capabilities: CapabilitySet
        /// The native architecture, by Docker's name: ``SeccompArchitecture/dockerName``.
        public var architectures: [String]
        /// This kernel or a newer one.
        public var kernel: KernelVersion?

        public init(capabilities: CapabilitySet = [], architectures: [String] = [], kernel: KernelVersion? = nil) {
            self.capabilities = capabilities
            self.architectures = architectures
            self.kernel = kernel
        }
    }
}

extension SeccompProfile {
    /// The rules for a container with this bounding set, on this kernel.
    public func rules(
        bounding: CapabilitySet, kernel: KernelVersion, native: SeccompArchitecture = .native
    ) -> SeccompRules {
        var rules: [SeccompRule] = []
        rules.reserveCapacity(groups.count)
        for group in groups {
            guard bounding.isSuperset(of: group.includes.capabilities),
                group.includes.architectures.isEmpty || group.includes.architectures.contains(native.dockerName),
                group.includes.kernel.map({ kernel >= $0 }) ?? true,
                bounding.isDisjoint(with: group.excludes.capabilities),
                !group.excludes.architectures.contains(native.dockerName),
                !(group.excludes.kernel.map { kernel >= $0 } ?? false)
            else { continue }
            rules.append(contentsOf: Self.alternatives(group.rule))
        }
        return SeccompRules(
            defaultAction: defaultAction, foreignAction: foreignAction, newerAction: newerAction,
            architectures: [native] + (companions[native] ?? []),
            rules: unconditionalWins ? Self.unconditionalFirst(rules) : rules, flags: flags)
    }

    /// Several comparisons of one argument are alternatives, as for runc: a tree of libseccomp cannot hold both.
    private static func alternatives(_ rule: SeccompRule) -> [SeccompRule] {
        if rule.comparisons.count < 2 { return [rule] }
        let compared = rule.comparisons.map(\.argument)
        if Set(compared).count == compared.count { return [rule] }
        return rule.comparisons.map { SeccompRule(rule.names, rule.action, where: [$0]) }
    }

    private static func unconditionalFirst(_ rules: [SeccompRule]) -> [SeccompRule] {
        rules.filter(\.comparisons.isEmpty) + rules.filter { !$0.comparisons.isEmpty }
    }
}

extension SeccompArchitecture {
    /// The name in the `arches` of Docker's profiles.
    public var dockerName: String {
        switch self {
        case .amd64: "amd64"
        case .x86: "x86"
        case .x32: "x32"
        case .arm64: "arm64"
        case .arm: "arm"
        case .riscv64: "riscv64"
        }
    }
}
