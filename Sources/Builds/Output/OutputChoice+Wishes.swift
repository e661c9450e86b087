// SPDX-License-Identifier: Apache-2.0

extension OutputChoice {
    /// Whether the layers that are built have to be without times later than `SOURCE_DATE_EPOCH`.
    public var rewritesTimes: Bool {
        switch self {
        case .image(_, let options), .oci(_, _, let options), .docker(_, _, let options): options.rewritesTimes
        case .local, .tar, .none: false
        }
    }

    /// Whether an image of the store comes of it.
    public var keepsImage: Bool { if case .image = self { true } else { false } }

    /// The annotations of the manifest of an image that is kept.
    public var manifestAnnotations: [String: String] {
        guard case .image(_, let options) = self else { return [:] }
        var result: [String: String] = [:]
        for annotation in options.annotations where annotation.place == .manifest {
            result[annotation.key] = annotation.value
        }
        return result
    }

    /// Whether it goes to standard output, which then nothing else may be written to.
    public var usesStandardOutput: Bool {
        switch self {
        case .tar(.standardOutput, _), .docker(.standardOutput, _, _), .oci(.archive(.standardOutput), _, _): true
        default: false
        }
    }
}
