// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// `spec`: a configuration to begin with.
enum SpecVerb {
    struct Options: Sendable {
        var bundle = "."
        var isRootless = false
        var file: String?
    }

    static let verb = Verb(
        name: "spec", group: .host, words: "", count: 0...0, summary: "Write a config.json to begin with",
        options: Options(),
        flags: [
            .value("bundle", "b", "DIR", "Write it there (the current directory)") { $0.bundle = $1 },
            .value("file", "f", "FILE", "Write it to FILE") { $0.file = $1 },
            .toggle("rootless", nil, "With a user namespace, for a container of an ordinary user") {
                $0.isRootless = $1
            },
        ], perform: perform)

    private static func perform(
        _ options: Options, _: [String], _: inout Session
    ) throws(RuntimeError) -> Int32 {
        let path = options.file ?? options.bundle + "/config.json"
        var text = SpecTemplate.text
        if options.isRootless { text = String(decoding: SpecTemplate.rootless.bytes(pretty: true), as: UTF8.self) }
        do throws(SystemError) {
            let file = try Descriptor.open(path, [.writeOnly, .create, .exclusive], mode: 0o666)
            try file.write(text + "\n")
            try file.close()
        } catch {
            if error.errno == .exists {
                throw RuntimeError(
                    .files, "file \(path) exists. Remove it first", RuntimeError.Details(path: path))
            }
            throw RuntimeError(.files, "cannot write \(path)", path: path, cause: error)
        }
        return 0
    }
}
