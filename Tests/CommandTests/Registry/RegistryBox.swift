// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport

/// A box, a registry, and a second store that has nothing.
struct RegistryBox {
    static let program =
        ProcessInfo.processInfo.environment["MINIBOX_FETCH"]
        ?? (TestMachine.program as NSString).deletingLastPathComponent + "/minibox-fetch"
    static var isHere: Bool {
        RegistryServer.program != nil && FileManager.default.isExecutableFile(atPath: program)
    }

    let box: Box
    let server: RegistryServer
    let environment: [String: String]
    var freshRoot: String { "\(box.folder)/fresh" }

    init(
        _ box: Box, _ access: RegistryServer.Access = .open, hasTLS: Bool = false, asksClient: Bool = false
    ) throws {
        self.box = box
        let server = try RegistryServer(folder: box.folder, access: access, hasTLS: hasTLS, asksClient: asksClient)
        self.server = server
        box.atEnd { server.stop() }
        var registries = "{}"
        if let authority = server.authority {
            registries = #"{"registries":{"\#(server.name)":{"ca":"\#(authority)"}}}"#
        }
        try box.file("registries.json", registries)
        environment = [
            "MINIBOX_FETCH": Self.program, "MINIBOX_REGISTRIES": "\(box.folder)/registries.json",
            "DOCKER_CONFIG": "\(box.folder)/docker", "HOME": box.folder, "REGISTRY_AUTH_FILE": "",
        ]
    }

    /// Says of registries what is written there, and nothing else any more.
    func say(_ registries: String) throws { try box.file("registries.json", #"{"registries":{\#(registries)}}"#) }

    /// What the registry calls it.
    func name(_ text: String) -> String { "\(server.name)/\(text)" }

    func callAsFunction(_ words: String...) throws -> Outcome {
        try box.run(words, timeout: 60, environment: environment)
    }

    /// The same with the second store.
    func fresh(_ words: String...) throws -> Outcome {
        try box.run(words, timeout: 60, environment: environment.merging(["MINIBOX_ROOT": freshRoot]) { $1 })
    }

    /// Builds an image of two layers, and tells its id.
    func build(_ text: String) throws -> String {
        let imported = try self("import", TestMachine.archive("busybox"), "busybox")
        guard imported.status == 0 else { throw StandIn.Failure(words: "\(imported)") }
        let context = try box.context("FROM busybox\nRUN echo hi >/hi\nCMD [\"cat\", \"/hi\"]\n")
        let built = try self("build", "-q", "-t", name(text), context)
        guard built.status == 0 else { throw StandIn.Failure(words: "\(built)") }
        return try self("image", "inspect", "-f", "{{.Id}}", name(text)).text
    }

    func login() throws {
        let login = try box.run(
            ["login", "-u", RegistryServer.user, "--password-stdin", server.name],
            input: RegistryServer.password + "\n", environment: environment)
        guard login.status == 0 else { throw StandIn.Failure(words: "\(login)") }
    }
}
