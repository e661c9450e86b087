// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// What `--version` prints.
///
/// dockerd looks for a line with the word `version`, and for `commit: `; go-runc for `commit: ` and `spec: ` too. Podman
/// shows all of it.
enum Version {
    static let number = "0.1.0"

    static var text: String {
        let commit = BuildCommit.text.map { "commit: \($0)\n" } ?? ""
        return "\(Help.program) version \(number)\n\(commit)spec: \(Runtime.specificationVersion)\n"
    }
}
