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
        let commit = BuildCommit.text ?? "unknown"
        return "\(Help.program) version \(number)\ncommit: \(commit)\nspec: \(Runtime.specificationVersion)\n"
    }
}
