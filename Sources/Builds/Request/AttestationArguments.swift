// SPDX-License-Identifier: Apache-2.0
public import Engine
internal import Words

/// What is said about an image beside it: one `--attest`, or the value of `--sbom` or `--provenance`.
public enum AttestationArgument: Hashable, Sendable {
    /// Whether the packages are listed.
    case sbom(Bool)
    /// How much is said of where it comes from.
    case provenance(BuildRequest.ProvenanceMode)

    /// Reads `type=sbom` or `type=provenance,mode=max`, with `disabled=true` for neither.
    public init(parsing text: String) throws(SyntaxError) {
        var keys = try ValueKeys(text, CommaSeparated.fields(of: text))
        switch try keys.take("type") {
        case "sbom": self = .sbom(try keys.isEnabled())
        case "provenance": self = .provenance(try keys.mode())
        case nil: throw SyntaxError(text, "has no type", "write type=sbom or type=provenance")
        case let other?:
            let near = nearestWord(to: other, among: ["sbom", "provenance"]).map { "did you mean \($0)?" }
            throw SyntaxError(text, "has the unknown type '\(other)'", near ?? "write type=sbom or type=provenance")
        }
        try keys.finish("an attestation")
    }

    /// Reads the value of `--sbom`: nothing, true or false.
    public init(parsingSBOM text: String?) throws(SyntaxError) {
        guard let text, let value = try? readBoolean(text, of: text) else {
            if let text { throw Self.generator(in: text) }
            self = .sbom(true)
            return
        }
        self = .sbom(value)
    }

    /// Reads the value of `--provenance`: `min`, `max`, `mode=MODE`, true or false; nothing is true, which is `min`.
    public init(parsingProvenance text: String?) throws(SyntaxError) {
        guard let text else {
            self = .provenance(.min)
            return
        }
        if let mode = BuildRequest.ProvenanceMode(rawValue: text) {
            self = .provenance(mode)
        } else if let isWanted = try? readBoolean(text, of: text) {
            self = .provenance(isWanted ? .min : .none)
        } else {
            let fields = try CommaSeparated.fields(of: text)
            guard fields.allSatisfy({ $0.utf8.contains(UInt8(ascii: "=")) }) else {
                throw SyntaxError(text, "is no mode", "write min, max or false")
            }
            var keys = try ValueKeys(text, fields)
            self = .provenance(try keys.mode())
            try keys.finish("provenance")
        }
    }

    fileprivate static func generator(in text: String) -> SyntaxError {
        SyntaxError(text, "asks for a generator", "packages are listed without one: write --sbom, or --sbom=false")
    }
}

extension ValueKeys {
    fileprivate mutating func isEnabled() throws(SyntaxError) -> Bool {
        if try take("generator") != nil { throw AttestationArgument.generator(in: text) }
        return try flag("disabled") != true
    }

    fileprivate mutating func mode() throws(SyntaxError) -> BuildRequest.ProvenanceMode {
        let version = try take("version")
        guard version == nil || version == "v1" else {
            throw SyntaxError(text, "has version=\(version ?? "")", "SLSA v1 is what is written: leave it out")
        }
        let word = try take("mode") ?? "min"
        guard let mode = BuildRequest.ProvenanceMode(rawValue: word), mode != .none else {
            throw SyntaxError(text, "has the unknown mode '\(word)'", "write mode=min or mode=max")
        }
        return try flag("disabled") == true ? .none : mode
    }
}
