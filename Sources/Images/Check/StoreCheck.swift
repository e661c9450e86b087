// SPDX-License-Identifier: Apache-2.0

/// What reading all of a store again has found.
public struct StoreCheck: Hashable, Sendable {
    /// Something that is not as it should be.
    public struct Finding: Hashable, Sendable, CustomStringConvertible {
        /// What it is about: an image's name, a digest, a path.
        public let subject: String
        /// What is wrong, with the subject.
        public let words: String
        public let outcome: Outcome

        /// `the layer sha256:… is damaged: unpacked again from its archive`.
        public var description: String {
            switch outcome {
            case .mended(let how): "\(words): \(how)"
            case .mendable(let how): "\(words): 'minibox system check --repair' \(how)"
            case .open(let advice): "\(words): \(advice)"
            }
        }
    }

    /// What became of a finding, or can.
    public enum Outcome: Hashable, Sendable {
        /// It was mended: how.
        case mended(String)
        /// It was not asked to be mended, and can be: what that would do.
        case mendable(String)
        /// Nothing here can mend it: what a person can do.
        case open(String)
    }

    public internal(set) var images = 0
    public internal(set) var layers = 0
    public internal(set) var archives = 0
    /// Records of the build cache.
    public internal(set) var records = 0
    /// Bytes that were read, of archives and of layers.
    public internal(set) var bytes: Int64 = 0
    public internal(set) var findings: [Finding] = []

    /// Whether nothing is left to be done.
    public var isWhole: Bool {
        findings.allSatisfy { if case .mended = $0.outcome { true } else { false } }
    }

    mutating func add(_ subject: String, _ words: String, _ outcome: Outcome) {
        findings.append(Finding(subject: subject, words: words, outcome: outcome))
    }
}
