// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Who asks, and how that is said: token servers, names without a host, and what others call docker.io.
@Suite(.commands, .emptyBox, .enabled(if: RegistryBox.isHere, "needs docker-registry and minibox-fetch"))
struct RegistryLoginTests {
    private func login(_ box: RegistryBox, _ words: String..., password: String = RegistryServer.password) throws
        -> Outcome
    {
        try box.box.run(
            ["login", "-u", RegistryServer.user, "--password-stdin"] + words, input: password + "\n", timeout: 60,
            environment: box.environment)
    }

    private func kept(_ box: RegistryBox) throws -> String {
        try String(contentsOfFile: "\(box.box.folder)/docker/config.json", encoding: .utf8)
    }

    @Test(arguments: [false, true]) func aTokenServerLetsIn(_ hasTLS: Bool) throws {
        let box = try RegistryBox(try box(), .token, hasTLS: hasTLS)
        _ = try box.build("public/app:1")
        let name = box.name("public/app:1")
        let refused = try box("push", name)
        #expect(refused.status == 125 && refused.errors.contains("does not let us in"), "\(refused)")
        let wrong = try login(box, box.server.name, password: "nein")
        #expect(wrong.status == 125 && wrong.errors.contains("is wrong"), "\(wrong)")
        let right = try login(box, box.server.name)
        #expect(right.status == 0, "\(right)")
        // What it gave for the password is kept, and the password is not.
        let file = try kept(box)
        #expect(file.contains("identitytoken") && !file.contains(RegistryServer.password), "\(file)")
        let pushed = try box("push", "-q", name)
        #expect(pushed.status == 0, "\(pushed)")
        #expect(try box("tag", name, box.name("private/app:1")).status == 0)
        let mounted = try box("push", box.name("private/app:1"))
        #expect(mounted.status == 0 && mounted.output.contains("Mounted from another repository"), "\(mounted)")
        #expect(try box("logout", box.server.name).output.hasPrefix("Removing"))
        // Anybody may have the one, and nobody the other.
        #expect(try box.fresh("pull", "-q", name).status == 0)
        let closed = try box.fresh("pull", box.name("private/app:1"))
        #expect(closed.status == 125 && closed.errors.contains("does not let us in"), "\(closed)")
    }

    /// `aws ecr get-login-password | minibox login -u AWS --password-stdin …`, and docker.io by all of its names.
    @Test(arguments: ["", "docker.io", "https://index.docker.io/v1/", "registry-1.docker.io"])
    func namesOfTheHub(_ server: String) throws {
        let box = try RegistryBox(try box(), .password)
        _ = try box.build("library/app:1")
        try box.login()
        #expect(try box("push", "-q", box.name("library/app:1")).status == 0)
        #expect(try box("logout", box.server.name).status == 0)
        try box.say(#""docker.io":{"address":"\#(box.server.address)"}"#)
        let refused = try box.fresh("pull", "app:1")
        #expect(refused.status == 125 && refused.errors.contains("log in first"), "\(refused)")
        let piped = try box.box.shell(
            """
            export \(box.environment.map { "\($0.key)='\($0.value)'" }.joined(separator: " "))
            echo \(RegistryServer.password) | $MINIBOX login --username \(RegistryServer.user) --password-stdin \(server)
            """, timeout: 60)
        #expect(piped.status == 0 && piped.lines.last == "Login Succeeded", "\(piped)")
        #expect(try kept(box).contains("https://index.docker.io/v1/"))
        let pulled = try box.fresh("pull", "-q", "app:1")
        #expect(pulled.output == "docker.io/library/app:1\n", "\(pulled)")
        let out = try box.box.run(["logout"], environment: box.environment)
        #expect(out.output == "Removing login credentials for docker.io\n", "\(out)")
    }

    @Test func manyLoginsAtTheSameTimeAreAllKept() throws {
        let box = try RegistryBox(try box(), .password)
        let names = (1...6).map { "r\($0).test" }
        try box.say(names.map { #""\#($0)":{"address":"\#(box.server.address)"}"# }.joined(separator: ","))
        let all = try box.box.shell(
            """
            export \(box.environment.map { "\($0.key)='\($0.value)'" }.joined(separator: " "))
            for name in \(names.joined(separator: " ")); do
                echo \(RegistryServer.password) | $MINIBOX login -u \(RegistryServer.user) --password-stdin $name & 
            done
            wait
            """, timeout: 60)
        #expect(all.lines.count == 6, "\(all)")
        let file = try kept(box)
        for name in names { #expect(file.contains("\"\(name)\""), "\(name): \(file)") }
    }
}
