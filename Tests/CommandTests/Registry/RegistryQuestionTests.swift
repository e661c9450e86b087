// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What is asked of a registry and takes no image: `search`, and `registry referrers`.
@Suite(.commands, .emptyBox, .enabled(if: RegistryBox.isHere, "needs docker-registry and minibox-fetch"))
struct RegistryQuestionTests {
    private func environment(_ box: Box, _ more: [String: String] = [:]) throws -> [String: String] {
        try box.file("registries.json", #"{"retries":0}"#)
        return [
            "MINIBOX_FETCH": RegistryBox.program, "MINIBOX_REGISTRIES": "\(box.folder)/registries.json",
            "DOCKER_CONFIG": "\(box.folder)/docker", "HOME": box.folder, "REGISTRY_AUTH_FILE": "",
        ].merging(more) { $1 }
    }

    @Test func aRegistryIsSearched() throws {
        let box = try box()
        let server = try QuestionServer()
        box.atEnd { server.stop() }
        func search(_ words: String...) throws -> Outcome {
            try box.run(["search"] + words, timeout: 60, environment: environment(box))
        }
        let found = try search("\(server.name)/debian stable")
        #expect(found.status == 0 && found.lines.count == 4, "\(found)")
        #expect(found.lines.first?.split(separator: " ") == ["NAME", "DESCRIPTION", "STARS", "OFFICIAL"], "\(found)")
        // What a registry says is no command to the terminal.
        #expect(!found.output.contains("\u{1B}"), "\(found)")
        let official = found.lines.first { $0.hasPrefix("debian ") } ?? ""
        #expect(official.contains("5000") && official.contains("[OK]"), "\(found)")
        #expect(found.output.contains(" " + String(repeating: "d", count: 44) + "… "), "\(found)")
        let whole = try search("--no-trunc", "--limit", "2", "\(server.name)/debian stable")
        #expect(whole.lines.count == 3 && whole.output.contains(String(repeating: "d", count: 60)), "\(whole)")
        let json = try search("--format", "json", "--limit", "1", "\(server.name)/debian stable")
        let list = try JSONSerialization.jsonObject(with: Data(json.output.utf8)) as? [[String: Any]]
        #expect(list?.map { $0["name"] as? String } == ["debian"], "\(json)")
        #expect(try search("\(server.name)/nothing").lines.count == 1)
        let none = try search("--limit", "0", "x")
        #expect(none.status == 125 && none.errors.contains("write 1 to 100"), "\(none)")
    }

    /// Its images are at another name than what finds them.
    @Test func dockersOwnIsSearchedWhereDockerSearchesIt() throws {
        let box = try box()
        let proxy = try ProxyServer()
        box.atEnd { proxy.stop() }
        for words in ["debian", "docker.io/debian"] {
            let away = try box.run(
                ["search", words], timeout: 60, environment: environment(box, ["HTTPS_PROXY": proxy.address]))
            #expect(away.status == 125, "\(away)")
        }
        #expect(try Set(proxy.asked()) == ["CONNECT index.docker.io:443"])
    }

    @Test func aRegistryThatCannotBeSearchedIsNamed() throws {
        let box = try RegistryBox(try box())
        let refused = try box("search", box.name("debian"))
        #expect(refused.status == 125 && refused.errors.contains("\(box.server.name) has no search"), "\(refused)")
    }

    /// By the question that newer registries know, of all its pages, and by the tag that stands for it.
    @Test(arguments: ["paged", "older"]) func whatRefersToAnImageIsListed(_ repository: String) throws {
        let box = try box()
        let server = try QuestionServer()
        box.atEnd { server.stop() }
        func referrers(_ words: String...) throws -> Outcome {
            try box.run(
                ["registry", "referrers"] + words + ["\(server.name)/\(repository):1"], timeout: 60,
                environment: environment(box))
        }
        let count = repository == "paged" ? 3 : 2
        let all = try referrers()
        #expect(all.status == 0 && all.lines.count == count + 1, "\(all)")
        #expect(all.lines.contains { $0.hasPrefix("sha256:111") && $0.contains("application/spdx+json") }, "\(all)")
        let some = try referrers("--artifact-type", "example/signature", "--format", "json")
        let list = try JSONSerialization.jsonObject(with: Data(some.output.utf8)) as? [[String: Any]]
        #expect(list?.map { $0["size"] as? Int } == (repository == "paged" ? [2000, 3000] : [2000]), "\(some)")
        let none = try referrers("--artifact-type", "example/none")
        #expect(none.status == 0 && none.lines.count == 1, "\(none)")
    }

    /// Debian's registry removes by digest alone. This server forgets exactly what it is asked to.
    @Test(arguments: [true, false]) func aTagIsRemovedAloneWhereThatIsAsked(_ isTagAlone: Bool) throws {
        let box = try box()
        let server = try QuestionServer()
        box.atEnd { server.stop() }
        func registry(_ words: String...) throws -> Outcome {
            try box.run(
                ["registry"] + words + ["\(server.name)/paged:1"], timeout: 60, environment: environment(box))
        }
        let removed = isTagAlone ? try registry("rm", "--tag") : try registry("rm")
        #expect(removed.status == 0, "\(removed)")
        let left = try registry("referrers")
        #expect(left.status == (isTagAlone ? 125 : 0), "\(left)")
    }
}
