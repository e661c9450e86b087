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
}
