// SPDX-License-Identifier: Apache-2.0

/// What an exercise's runs prove together.
public enum Verdict: Hashable, Sendable {
    /// The attack is real, and the default run stops it.
    case pass
    /// The default run does not stop it, or an arm that has to does not.
    case exposed
    /// The weak run does not show it: the demonstration proves nothing.
    case vacuous
    /// The weak run stops it and the default run does not.
    case inverted
    /// The default run does not stop it, which is known and said, and the hardened run does, where there is one.
    case residual(String)
    /// It cannot be shown here.
    case skip(String)

    /// All that a verdict depends on.
    public struct Evidence: Hashable, Sendable {
        public var weak: Outcome
        public var standard: Outcome
        public var hardened: Outcome?
        public var residual: String?
        /// What further arms had to come to, and came to.
        public var further: [Pair] = []

        public struct Pair: Hashable, Sendable {
            public var expected: Outcome
            public var seen: Outcome
            public init(expected: Outcome, seen: Outcome) {
                self.expected = expected
                self.seen = seen
            }
        }

        public init(weak: Outcome, standard: Outcome, hardened: Outcome? = nil, residual: String? = nil) {
            self.weak = weak
            self.standard = standard
            self.hardened = hardened
            self.residual = residual
        }
    }

    /// What is not shown to be blocked counts as not blocked, and what is not shown to be reproduced as not reproduced.
    public init(_ evidence: Evidence) {
        let isReal = evidence.weak == .reproduced
        switch (isReal, evidence.standard) {
        case (false, .reproduced): self = .inverted
        case (false, .blocked), (false, .unclear): self = .vacuous
        case (true, .blocked): self = .pass
        case (true, .reproduced):
            if let reason = evidence.residual { self = .residual(reason) } else { self = .exposed }
        case (true, .unclear): self = .exposed
        }
        guard isSound else { return }
        if let hardened = evidence.hardened, hardened != .blocked { self = .exposed }
        for pair in evidence.further where pair.expected == .blocked && pair.seen != .blocked { self = .exposed }
        guard isSound else { return }
        for pair in evidence.further where pair.expected != pair.seen { self = .vacuous }
    }

    /// As it is printed: `PASS`.
    public var word: String {
        switch self {
        case .pass: "PASS"
        case .exposed: "UNSAFE"
        case .vacuous: "VACUOUS"
        case .inverted: "INVERTED"
        case .residual: "RESIDUAL"
        case .skip: "SKIP"
        }
    }

    /// Why, where it has a reason of its own.
    public var reason: String? {
        switch self {
        case .residual(let reason), .skip(let reason): reason
        default: nil
        }
    }

    /// Whether it shows what it is to show.
    public var isSound: Bool {
        switch self {
        case .pass, .residual: true
        case .exposed, .vacuous, .inverted, .skip: false
        }
    }

    /// Whether it is a fault, of the runtime or of the lab.
    public var isFailure: Bool {
        switch self {
        case .pass, .residual, .skip: false
        case .exposed, .vacuous, .inverted: true
        }
    }

    /// For several exercises: 1 where one has failed, 77 where none was shown, 0 otherwise.
    public static func exitCode(of verdicts: [Verdict]) -> Int32 {
        if verdicts.contains(where: \.isFailure) { return 1 }
        return verdicts.contains(where: \.isSound) ? 0 : 77
    }
}
