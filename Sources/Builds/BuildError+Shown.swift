// SPDX-License-Identifier: Apache-2.0

extension BuildError {
    /// What a command ends with: 1 where the build is at fault, and so whatever an instruction is, 130 where it was told
    /// to stop, 125 where the command line or this machine is.
    public var exitCode: Int32 {
        switch code {
        case .syntax, .missing, .step, .check, .unsupported: 1
        case .interrupted: 130
        case .invalid, .file: range == nil ? 125 : 1
        }
    }

    /// What a person reads: the place in `source` with the words, where there is one; otherwise the words alone.
    public func shown(in source: DockerfileSource?) -> String {
        if let cause = cause as? DockerfileError { return cause.excerpt }
        guard let range, let source else { return description }
        return SourceExcerpt(source: source, range: range, words: description).description
    }
}
