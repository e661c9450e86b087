// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import OCI

/// `features`.
enum FeaturesVerb {
    static let verb = Verb(
        name: "features", group: .host, words: "", count: 0...0, summary: "Show what this runtime can do as JSON",
        options: NoOptions(), flags: []
    ) { (_, _, session) throws(RuntimeError) in
        try session.show(String(decoding: Runtime.features.json.bytes(pretty: true), as: UTF8.self) + "\n")
        return 0
    }
}
