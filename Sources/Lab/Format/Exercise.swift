// SPDX-License-Identifier: Apache-2.0

/// An exercise: a claim about a container's walls, with the two runs that prove it.
///
/// It is read from a folder, of which `exercise.json` is this and the scripts are what happens: see `docs/lab/writing.md`.
public struct Exercise: Hashable, Sendable {
    /// What `exercise.json` says it is.
    public static let format = "minibox.lab.exercise/1"

    /// Where what an exercise acts on is.
    public enum Realm: String, CaseIterable, Hashable, Sendable {
        /// In a namespace, so that the lab host has one of its own: there are shells in it.
        case host
        /// In the kernel itself, which the lab host shares with the machine: only probes without effect, and no shell.
        case kernel
    }

    /// A run of the attack.
    public struct Arm: Hashable, Sendable {
        public var name: String
        /// The words that the attack gets: flags of `minibox run`.
        public var flags: [String]
        public init(name: String, flags: [String]) {
            self.name = name
            self.flags = flags
        }
    }

    /// A run beside the two that grade, and what has to come of it.
    public struct FurtherArm: Hashable, Sendable {
        public var arm: Arm
        public var wanted: Wanted
        /// What a reader learns of it.
        public var shows: String
    }

    /// What a further arm has to come to.
    public enum Wanted: Hashable, Sendable {
        case outcome(Outcome)
        /// What has to be seen, where that is neither the whole effect nor none of it.
        case seen([String: Expectation])
    }

    /// A wall of the default run, and the flags that take it away and nothing else.
    public struct Layer: Hashable, Sendable {
        public var name: String
        public var flags: [String]
        public init(name: String, flags: [String]) {
            self.name = name
            self.flags = flags
        }
    }

    /// What is asked before anything is seen.
    public struct Prediction: Hashable, Sendable {
        public var question: String
        public var choices: [String]
        /// The right one, from 0.
        public var answer: Int
        public var why: String
    }

    public var number: Int
    public var slug: String
    public var title: String
    /// A letter: A to I, or X for the capstones.
    public var module: String
    /// How hard it is, from 1 to 3.
    public var difficulty: Int
    /// The phrases of the course that it makes concrete.
    public var teaches: [String]
    public var realm: Realm
    public var requires: [Requirement]
    public var weak: Arm
    public var standard: Arm
    public var hardened: Arm?
    public var further: [FurtherArm]
    public var effect: Effect
    public var layers: [Layer]
    public var prediction: Prediction
    public var hints: [String]
    /// Hints for whoever has typed something.
    public var reactions: [Reaction]
    /// Why the default run does not stop it, where that is known and said.
    public var residual: String?
    /// Further reading: names of standards, vulnerabilities, manual pages.
    public var see: [String]
    /// Its folder; absolute.
    public var folder: String

    /// `06`.
    public var label: String { number < 10 ? "0\(number)" : "\(number)" }

    /// `06-uts-name`.
    public var name: String { "\(label)-\(slug)" }

    /// Its files.
    public enum Script: String, CaseIterable, Hashable, Sendable {
        case setup, attack, observe, solve
        public var file: String { "\(rawValue).sh" }
        public var isNeeded: Bool { self == .attack || self == .observe }
    }
}
