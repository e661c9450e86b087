// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension HookRun {
    var explanation: Explanation {
        Explanation(
            "run \(kind.rawValue) hook #\(index): \(([path] + arguments.dropFirst()).joined(separator: " "))"
                + (timeout.map { ", for at most \($0) s" } ?? ""),
            "memfd_create, posix_spawn, poll, waitid",
            "variables and a directory that the container chooses for a program of the host's (CVE-2024-0132)")
    }

    var document: StepDocument {
        StepDocument(
            "runHook",
            [
                ("kind", JSON(kind.rawValue)), ("index", JSON(index)), ("path", JSON(path)),
                ("arguments", JSON(arguments)), ("environment", JSON(environment)),
                ("timeout", timeout.map { JSON($0) } ?? .null),
            ])
    }
}
