// SPDX-License-Identifier: Apache-2.0

/// Which walls of the default run stop an attack: each is taken away, and each is left alone.
public struct Attribution: Hashable, Sendable {
    /// A wall, and what was seen of it.
    public struct Layer: Hashable, Sendable {
        public var name: String
        /// With all the others standing and this one gone.
        public var without: Outcome
        /// With this one standing and all the others gone.
        public var alone: Outcome
        public init(name: String, without: Outcome, alone: Outcome) {
            self.name = name
            self.without = without
            self.alone = alone
        }
    }

    public var layers: [Layer]
    public init(layers: [Layer]) { self.layers = layers }

    /// Those that stop it without help.
    public var sufficient: [String] { layers.filter { $0.alone == .blocked }.map(\.name) }
    /// Those without which the others do not stop it.
    public var needed: [String] { layers.filter { $0.without == .reproduced }.map(\.name) }

    /// In one line: `capability SYS_ADMIN + UTS namespace (either suffices)`.
    public var words: String {
        let enough = sufficient
        switch (enough.count, needed.count) {
        case (0, 0): return "several together, none alone"
        case (0, _): return needed.joined(separator: " + ") + " (together)"
        case (1, _): return enough[0]
        case (2, _): return enough.joined(separator: " + ") + " (either suffices)"
        default: return enough.joined(separator: " + ") + " (any one suffices)"
        }
    }
}
