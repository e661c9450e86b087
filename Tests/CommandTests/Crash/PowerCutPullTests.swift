// SPDX-License-Identifier: Apache-2.0
import Foundation
import Images
import OCI
import TestSupport
import Testing

extension PowerCutTests {
    /// As a user does it: a program fetches, and each layer is taken by a process of its own.
    @Test(.enabled(if: RegistryBox.isHere, "needs docker-registry and minibox-fetch"))
    func aPullByTheCommandIsWholeOrAbsent() throws {
        let registry = try RegistryBox(try box())
        // In the registry, which is not on the disk whose power goes: images that have one layer of their own each.
        var ids: [String: Digest] = [:]
        for number in 0..<4 {
            let archive = try HostileArchive.make(
                registry.box,
                """
                layers = []
                for n in range(3):
                    plain = b''.join(entry(f'd{n}/{i}', data=bytes([i]) * (i * 900)) for i in range(30))
                    plain += entry('number', data=b'\(number)' if n else b'') + end
                    layers.append((plain, gzip.compress(plain, 1)))
                """)
            let name = registry.name("app:\(number)")
            for words in [["load", "-q", "-i", archive], ["tag", "hostile:1", name], ["push", "-q", name]] {
                let done = try registry.box.run(
                    words, timeout: 60,
                    environment: registry.environment.merging(["MINIBOX_ROOT": registry.freshRoot]) { $1 })
                try #require(done.status == 0, "\(done)")
            }
            ids[name] = try Digest(try registry.fresh("image", "inspect", "-f", "{{.Id}}", name).text)
        }
        let names = ids.keys.sorted()
        try cut { store, told in
            told.number += 1
            let name = names[told.number % names.count]
            let environment = registry.environment.merging(["MINIBOX_ROOT": told.root]) { $1 }
            // What was begun before stays open: without power commands fail one after the other.
            told.pending.insert(name)
            if told.stored[name] != nil {
                let removed = try registry.box.run(["rmi", name], timeout: 60, environment: environment)
                guard removed.status == 0 else { return }
                told.stored[name] = nil
            }
            let outcome = try registry.box.run(["pull", "-q", name], timeout: 60, environment: environment)
            guard outcome.status == 0 else { return }
            told.stored[name] = ids[name]
            told.pending.remove(name)
            told.reports += 1
        }
    }

    /// A push keeps what it has compressed, and gives the image its digest: with that it is the same image, or it is as before.
    @Test(.enabled(if: RegistryBox.isHere, "needs docker-registry and minibox-fetch"))
    func aPushByTheCommandChangesNothingButTheDigest() throws {
        let registry = try RegistryBox(try box())
        var pushed: (name: String, digest: String)?
        try cut { store, told in
            let environment = registry.environment.merging(["MINIBOX_ROOT": told.root]) { $1 }
            func ask(_ words: String...) throws -> Outcome {
                try registry.box.run(words, timeout: 60, environment: environment)
            }
            // What was told before the power went is so afterwards.
            if let (name, digest) = pushed, told.stored[name] != nil {
                let known = try ask("image", "inspect", "-f", "{{.Digest}}", name)
                if known.status == 0 { #expect(known.text == digest, "\(name) was reported as pushed") }
            }
            let reports = told.reports
            try publish(store, &told)
            // Only what is pushed is a report here.
            told.reports = reports
            guard let id = told.stored["built-\(told.number):latest"] else { return }
            let name = registry.name("app:\(told.number)")
            told.pending.insert(name)
            guard try ask("tag", "built-\(told.number):latest", name).status == 0 else { return }
            told.stored[name] = id
            told.pending.remove(name)
            let outcome = try ask("push", name)
            guard outcome.status == 0, let last = outcome.lines.last, last.contains("digest: ") else { return }
            pushed = (name, String(last.split(separator: " ")[2]))
            told.reports += 1
        }
    }
}
