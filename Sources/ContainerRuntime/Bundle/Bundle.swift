// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

/// A directory with a `config.json` and what its relative paths start from: runtime-spec, bundle.md.
public struct Bundle: Sendable {
    /// Absolute.
    public var path: String
    public var configuration: RuntimeConfiguration
    /// The file that it was read from, and what was in it.
    let file: String
    let document: [UInt8]

    init(path: String, configuration: RuntimeConfiguration, document: [UInt8]) {
        self.path = path
        self.configuration = configuration
        file = path + "/config.json"
        self.document = document
    }

    /// Reads the bundle at `path`.
    /// - Parameter file: another file in the place of its config.json; absolute.
    public init(reading path: String, file: String? = nil) throws(RuntimeError) {
        let name = file ?? path + "/config.json"
        let document: [UInt8]
        do {
            let descriptor = try Descriptor.open(name, .readOnly)
            document = try descriptor.readAll(limit: Self.largest, expecting: Int(try descriptor.status().size))
        } catch {
            throw RuntimeError(.invalid, "cannot read \(name)", path: name, cause: error)
        }
        guard document.count < Self.largest else {
            throw RuntimeError(.invalid, "\(name) is larger than 16 MiB", RuntimeError.Details(path: name))
        }
        do {
            configuration = try RuntimeConfiguration(parsing: document)
        } catch {
            throw RuntimeError(error, in: document, named: name)
        }
        self.path = path
        self.file = name
        self.document = document
    }

    private static let largest = 16 << 20

    /// `path` as the host names it: relative ones start from the bundle.
    func absolute(_ path: String) -> String {
        path.utf8.first == UInt8(ascii: "/") ? path : "\(self.path)/\(path)"
    }
}
