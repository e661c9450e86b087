// SPDX-License-Identifier: Apache-2.0

/// What came of one run of an attack.
public enum Outcome: String, CaseIterable, Hashable, Sendable {
    /// It had its effect.
    case reproduced
    /// It had not.
    case blocked
    /// What was seen is neither the one nor the other.
    case unclear
}

/// What an attack's effect looks like, and its absence.
public struct Effect: Hashable, Sendable {
    public var reproduced: [String: Expectation]
    public var blocked: [String: Expectation]

    public init(reproduced: [String: Expectation], blocked: [String: Expectation]) {
        self.reproduced = reproduced
        self.blocked = blocked
    }

    /// What `observations` mean.
    public func outcome(of observations: Observations) -> Outcome {
        switch (Self.holds(reproduced, observations), Self.holds(blocked, observations)) {
        case (true, false): .reproduced
        case (false, true): .blocked
        case (true, true), (false, false): .unclear
        }
    }

    private static func holds(_ expectations: [String: Expectation], _ observations: Observations) -> Bool {
        !expectations.isEmpty && expectations.allSatisfy { key, expected in expected.holds(observations[key]) }
    }

    /// Whether no observation can be both: there is a key of which the two ask what excludes each other.
    public var isDecisive: Bool {
        reproduced.contains { key, expected in blocked[key].map { expected.excludes($0) } ?? false }
    }
}

/// What an observation has to be. One that was not made is as no expectation has it.
public enum Expectation: Hashable, Sendable {
    case exactly(String)
    case oneOf([String])
    case not([String])
    case atLeast(Int)
    case atMost(Int)

    public func holds(_ observed: String?) -> Bool {
        guard let observed else { return false }
        switch self {
        case .exactly(let text): return observed == text
        case .oneOf(let texts): return texts.contains(observed)
        case .not(let texts): return !texts.contains(observed)
        case .atLeast(let number): return Int(observed).map { $0 >= number } ?? false
        case .atMost(let number): return Int(observed).map { $0 <= number } ?? false
        }
    }

    /// Whether nothing can be as both have it. Where that cannot be told it is false.
    public func excludes(_ other: Expectation) -> Bool {
        switch (self, other) {
        case (.exactly(let text), _): !other.holds(text)
        case (_, .exactly(let text)): !holds(text)
        case (.oneOf(let texts), _): texts.allSatisfy { !other.holds($0) }
        case (_, .oneOf(let texts)): texts.allSatisfy { !holds($0) }
        case (.atLeast(let least), .atMost(let most)), (.atMost(let most), .atLeast(let least)): least > most
        default: false
        }
    }

    /// For people: `EPERM`, `at least 3`.
    public var words: String {
        switch self {
        case .exactly(let text): text
        case .oneOf(let texts): texts.joined(separator: " or ")
        case .not(let texts): "not " + texts.joined(separator: " or ")
        case .atLeast(let number): "at least \(number)"
        case .atMost(let number): "at most \(number)"
        }
    }
}
