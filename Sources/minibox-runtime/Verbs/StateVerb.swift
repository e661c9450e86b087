// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import OCI

/// `state ID`.
enum StateVerb {
    static let verb = Verb<NoOptions>.onContainer("state", .show, "Show the state of a container as JSON") {
        (id, session) throws(RuntimeError) in
        let report = try session.runtime().report(id)
        try session.show(String(decoding: report.json.bytes(pretty: true), as: UTF8.self) + "\n")
    }
}
