// SPDX-License-Identifier: Apache-2.0

/// Why a build did not come to be.
public struct BuildError: Error, Sendable, CustomStringConvertible {
    public enum Code: Hashable, Sendable {
        /// The Dockerfile, or an ignore file, is not of the language.
        case syntax
        /// An option of the command line does not fit.
        case invalid
        /// A stage, an image, a context, a file or a secret that is not there.
        case missing
        /// A step failed; what it wrote was shown.
        case step(exitCode: Int32)
        /// A check found something, and checks are errors.
        case check
        /// The build was told to stop.
        case interrupted
        /// A file or directory of this machine could not be read or written.
        case file
        /// A part of the Dockerfile language that this version does not carry out.
        case unsupported
    }

    public var code: Code
    /// What was attempted or is wrong, and what to do: one line, lower case.
    public var words: String
    /// Where in the Dockerfile.
    public var range: SourceRange?
    public var cause: (any Error)?

    public init(_ code: Code, _ words: String, at range: SourceRange? = nil, cause: (any Error)? = nil) {
        self.code = code
        self.words = words
        self.range = range
        self.cause = cause
    }

    public var description: String { cause.map { "\(words): \($0)" } ?? words }
}
