// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import Registry
import Testing

@testable import Engine

/// The file of who asks: where it is written, and where it is not.
@Suite struct CredentialStoreTests {
    private static let isRoot = CurrentProcess.effectiveUser == 0
    private let password = RegistryCredential.password(user: "me", password: "p")

    private func scratch(_ body: (String) throws -> Void) throws {
        let path = NSTemporaryDirectory() + "/minibox-credentials-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try body(path)
    }

    private func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }

    @Test func itIsMadeWithItsDirectoriesAndChanged() throws {
        try scratch { path in
            let store = CredentialStore(files: ["\(path)/\u{301}a/b/config.json"])
            let isInFile = try store.store(password, for: "a.example")
            #expect(isInFile)
            _ = try store.store(password, for: "b.example")
            #expect(try store.find("a.example") == password)
            let file = store.path
            let attributes = try FileManager.default.attributesOfItem(atPath: file)
            #expect((attributes[.posixPermissions] as? Int) == 0o600)
            let names = try FileManager.default.contentsOfDirectory(atPath: "\(path)/\u{301}a/b")
            #expect(names == ["config.json"])
            let wasThere = try store.erase("a.example")
            #expect(try wasThere && store.find("a.example") == nil && store.find("b.example") == password)
        }
    }

    @Test func aLinkOfOursIsFollowed() throws {
        try scratch { path in
            try FileManager.default.createDirectory(atPath: path + "/real", withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(atPath: path + "/docker", withDestinationPath: "real/../real")
            try FileManager.default.createSymbolicLink(
                atPath: path + "/real/config.json", withDestinationPath: "kept.json")
            let store = CredentialStore(files: [path + "/docker/config.json"])
            _ = try store.store(password, for: "a.example")
            #expect(text(path + "/real/kept.json")?.contains("a.example") == true)
            #expect(
                try FileManager.default.destinationOfSymbolicLink(atPath: path + "/real/config.json") == "kept.json")
        }
    }

    /// What root runs in the home of another, whom `sudo` has left in HOME.
    @Test(.enabled(if: isRoot, "needs root, to have links of another one"), arguments: ["file", "folder", "moved"])
    func aLinkOfAnotherIsNot(_ kind: String) throws {
        try scratch { path in
            let files = FileManager.default
            try files.createDirectory(atPath: path + "/root", withIntermediateDirectories: true)
            try files.createDirectory(atPath: path + "/home/.docker", withIntermediateDirectories: true)
            try Data("{\"psFormat\":\"theirs\"}".utf8).write(to: URL(fileURLWithPath: path + "/root/config.json"))
            var links = [path + "/home/.docker/config.json"]
            switch kind {
            case "file": try files.createSymbolicLink(atPath: links[0], withDestinationPath: path + "/root/config.json")
            case "folder":
                try files.removeItem(atPath: path + "/home/.docker")
                links = [path + "/home/.docker"]
                try files.createSymbolicLink(atPath: links[0], withDestinationPath: path + "/root")
            default:
                // One of root's, in a directory that is not: whoever owns that can have moved it there.
                try files.createSymbolicLink(atPath: links[0], withDestinationPath: path + "/root/config.json")
                links = []
            }
            for place in links + [path + "/home"] + (kind == "folder" ? [] : [path + "/home/.docker"]) {
                try Descriptor.open("/", [.path, .directory]).setOwner(
                    user: 65534, group: 65534, of: String(place.dropFirst()))
            }
            let store = CredentialStore(files: [path + "/home/.docker/config.json"])
            let error = #expect(throws: EngineError.self) { try store.store(password, for: "a.example") }
            #expect(error?.description.contains("another user") == true, "\(error?.description ?? "")")
            #expect(text(path + "/root/config.json") == "{\"psFormat\":\"theirs\"}")
            #expect(try files.contentsOfDirectory(atPath: path + "/root") == ["config.json"])
        }
    }

    /// All of them make the directories, and each keeps what it has to.
    @Test func manyMayBeTheFirst() throws {
        let password = password
        try scratch { (path: String) throws -> Void in
            for round in 0..<50 {
                let store = CredentialStore(files: ["\(path)/\(round)/a/b/config.json"])
                DispatchQueue.concurrentPerform(iterations: 4) { number in
                    _ = try? store.store(password, for: "r\(number).example")
                }
                for number in 0..<4 {
                    let found = try store.find("r\(number).example")
                    #expect(found == password, "\(round): \(number)")
                }
            }
        }
    }

    /// Another command has the directory, and changes the file before it lets it go.
    @Test func aChangeWaitsForTheOther() throws {
        try scratch { path in
            let store = CredentialStore(files: [path + "/config.json"])
            let held = try Descriptor.open(path, [.readOnly, .directory])
            let isHeld = try held.lock(.exclusive)
            #expect(isHeld)
            let password = password
            let done = DispatchSemaphore(value: 0)
            Thread.detachNewThread {
                _ = try? store.store(password, for: "a.example")
                done.signal()
            }
            // Longer than it would need without the other; where the machine is slower, the test says less.
            #expect(done.wait(timeout: .now() + 0.5) == .timedOut)
            #expect(text(path + "/config.json") == nil)
            try Data("{\"auths\":{\"b.example\":{\"auth\":\"eDp5\"}}}".utf8).write(
                to: URL(fileURLWithPath: path + "/config.json"))
            try held.close()
            #expect(done.wait(timeout: .now() + 600) == .success)
            #expect(try store.find("a.example") == password)
            #expect(try store.find("b.example") == .password(user: "x", password: "y"))
        }
    }
}
