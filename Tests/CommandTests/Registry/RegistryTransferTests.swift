// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What users choose of how images go and come: newer ones, kinds of compression, limits, messages for programs.
@Suite(.commands, .emptyBox, .enabled(if: RegistryBox.isHere, "needs docker-registry and minibox-fetch"))
struct RegistryTransferTests {
    @Test func aNewerImageIsTakenWhenItIsAskedFor() throws {
        let box = try RegistryBox(try box())
        let name = box.name("app:1")
        _ = try box.build("app:1")
        #expect(try box("push", "-q", name).status == 0)
        #expect(try box.fresh("run", "--rm", name).output == "hi\n")
        let context = try box.box.context("FROM busybox\nCMD [\"echo\", \"newer\"]\n")
        #expect(try box("build", "-q", "-t", name, context).status == 0)
        #expect(try box("push", "-q", name).status == 0)
        // What is here does, unless more is asked for.
        #expect(try box.fresh("run", "--rm", name).output == "hi\n")
        #expect(try box.fresh("run", "--rm", "--pull", "missing", name).output == "hi\n")
        #expect(try box.fresh("run", "--rm", "--pull", "never", name).output == "hi\n")
        let always = try box.fresh("run", "--rm", "--pull", "always", name)
        #expect(always.output == "newer\n" && always.errors.contains("Downloaded newer image"), "\(always)")
        #expect(try box.fresh("run", "--rm", "--pull", "never", name).output == "newer\n")
    }

    @Test func whatIsCompressedWithZstdGoesAndComesAsItIs() throws {
        let box = try RegistryBox(try box())
        let name = box.name("app:1")
        let id = try box.build("app:1")
        let layout = "\(box.box.folder)/layout"
        let saved = try box("save", "--format", "oci-dir", "--compress", "zstd", "-o", layout, name)
        #expect(saved.status == 0, "\(saved)")
        #expect(try box.fresh("load", "-q", "-i", layout).status == 0)
        let pushed = try box.fresh("push", "-q", name)
        #expect(pushed.status == 0, "\(pushed)")
        let kinds = try box.box.shell(
            """
            python3 -c '
            import json, sys, urllib.request as u
            kinds = "application/vnd.oci.image.manifest.v1+json, application/vnd.docker.distribution.manifest.v2+json"
            asked = u.Request(sys.argv[1], headers={"Accept": kinds})
            for layer in json.load(u.build_opener(u.ProxyHandler({})).open(asked))["layers"]: print(layer["mediaType"])
            ' \(box.server.address)/v2/app/manifests/1
            """)
        #expect(kinds.lines == Array(repeating: "application/vnd.oci.image.layer.v1.tar+zstd", count: 2), "\(kinds)")
        let third = box.environment.merging(["MINIBOX_ROOT": "\(box.box.folder)/third"]) { $1 }
        let pulled = try box.box.run(["pull", "-q", name], timeout: 60, environment: third)
        #expect(pulled.status == 0, "\(pulled)")
        #expect(try box.box.run(["image", "inspect", "-f", "{{.Id}}", name], environment: third).text == id)
        #expect(try box.box.run(["run", "--rm", name], environment: third).output == "hi\n")
    }

    @Test func aPullHasTheLimitsThatItIsGiven() throws {
        let box = try RegistryBox(try box())
        _ = try box.build("app:1")
        #expect(try box("push", "-q", box.name("app:1")).status == 0)
        let refused = try box.fresh("pull", "--layer-limit", "entries=3", box.name("app:1"))
        #expect(refused.status == 125 && refused.errors.contains("more than 3 entries"), "\(refused)")
        #expect(try box.fresh("images", "-aq").output.isEmpty)
        #expect(
            try box.box.shell("cd \(box.freshRoot)/images && ls staging layers blobs/sha256").lines
                == ["blobs/sha256:", "", "layers:", "", "staging:"])
        #expect(try box.fresh("pull", "-q", "--layer-limit", "entries=100000", box.name("app:1")).status == 0)
    }

    @Test func programsAreToldInJSON() throws {
        let box = try RegistryBox(try box())
        _ = try box.build("app:1")
        func messages(_ outcome: Outcome) throws -> [[String: Any]] {
            #expect(outcome.status == 0, "\(outcome)")
            return try outcome.lines.map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any], "\(line)")
            }
        }
        let pushed = try messages(try box("push", "--progress", "json", box.name("app:1")))
        #expect(pushed.filter { $0["status"] as? String == "Pushed" && $0["id"] is String }.count == 2, "\(pushed)")
        let pulled = try messages(try box.fresh("pull", "--progress", "json", box.name("app:1")))
        #expect(pulled.filter { $0["status"] as? String == "Pull complete" && $0["id"] is String }.count == 2)
        #expect((pulled.last?["status"] as? String)?.hasPrefix("Status: Downloaded newer image") == true, "\(pulled)")
        // How far each layer is.
        let details = pulled.compactMap { $0["progressDetail"] as? [String: Any] }
        #expect(!details.isEmpty && details.allSatisfy { $0["current"] is Int && $0["total"] is Int }, "\(pulled)")
        let none = try box.fresh("pull", "--progress", "none", box.name("app:1"))
        #expect(none.output == "\(box.name("app:1"))\n", "\(none)")
    }
}
