// SPDX-License-Identifier: Apache-2.0

/// Why no plan can be made of a configuration.
public struct PlanError: Error, Hashable, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The cgroup2 tree of this host has no such controller.
        case controller(String)
        /// Something cannot be mounted at the place that was asked for.
        case target
        /// Namespaces that cannot be had together.
        case namespace
        /// A step uses what no step before it made, or makes what is there already: a fault of the planner.
        case slot
    }
    public let code: Code
    public let subject: String
    public init(_ code: Code, _ subject: String) {
        self.code = code
        self.subject = subject
    }

    public var description: String {
        switch code {
        case .controller(let name):
            "cannot set \(subject): cgroup v2 has no \(name) controller on this host"
        case .target: "cannot mount at \(subject)"
        case .namespace: "cannot have these namespaces: \(subject)"
        case .slot: "the plan is wrong: \(subject)"
        }
    }
}
