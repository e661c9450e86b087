// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import OCI

/// `state ID`.
enum StateVerb {
    struct Options: Sendable {
        var isAudit = false
    }

    static let verb = Verb(
        name: "state", group: .show, words: "ID", count: 1...1, summary: "Show the state of a container as JSON",
        options: Options(),
        flags: [
            .toggle("audit", nil, "Also whether the kernel confines it as its configuration says") { $0.isAudit = $1 }
        ], perform: perform)

    private static func perform(
        _ options: Options, _ words: [String], _ session: inout Session
    ) throws(RuntimeError) -> Int32 {
        let runtime = try session.runtime()
        let id = try ContainerID(words[0])
        var document = try runtime.report(id).json
        var failed: [String] = []
        if options.isAudit {
            let findings = try runtime.audit(id)
            document["audit"] = .array(findings.map(\.json))
            failed = findings.filter { !$0.isHeld }.map(\.subject)
        }
        try session.show(String(decoding: document.bytes(pretty: true), as: UTF8.self) + "\n")
        guard failed.isEmpty else {
            throw RuntimeError(
                .invalid, "the container is not confined as its configuration says: \(failed.joined(separator: ", "))",
                RuntimeError.Details(phase: "audit"))
        }
        return 0
    }
}
