// SPDX-License-Identifier: Apache-2.0
import Foundation
import Images
import Linux
import OCI
import TestSupport
import Testing

/// Builds, imports, runs, commits and removals of the same images at once.
@Suite(.commands, .emptyBox) struct StoreTests {
    /// Takes what another command was faster with for what it is.
    private static func isRace(_ error: any Error) -> Bool {
        let text = "\(error)"
        return [
            "no image ", "was removed a moment ago", "not in the store any more: build the image again",
            "is missing from the store",
        ].contains { text.contains($0) }
    }

    private static func build(_ store: ImageStore, _ name: String, on base: Image?, layers: Int) throws {
        let staging = try store.makeBuildStaging()
        var built: [BuiltLayer] = []
        for number in 0..<layers {
            let path = try staging.makeLayer(number, likeTopOf: base?.rootPath)
            // The same in every build, so that they meet.
            try Data([UInt8(number)]).write(to: URL(fileURLWithPath: path + "/upper/file-\(number)"))
            try BuildStaging.sealLayer(path, clampTo: 0)
            built.append(BuiltLayer(directory: path, description: try BuildStaging.describeLayer(path)))
        }
        var configuration = base?.configuration ?? ImageConfiguration(platform: .current, diffIDs: [])
        configuration.diffIDs += built.map(\.description.diffID)
        let records = built.map {
            CacheRecord(
                key: $0.description.diffID, identity: $0.description.diffID, diffID: $0.description.diffID, created: "",
                step: "RUN \(name)")
        }
        try staging.publish(
            layers: built, cache: records,
            image: NewImage(configuration: configuration, names: [try ImageReference(name)], base: base?.layers ?? []))
    }

    private static func buildFromCache(_ store: ImageStore, _ name: String, layers: [Digest]) throws {
        var hold = LayerHold()
        var found: [Digest] = []
        for key in layers {
            guard let record = store.cacheRecord(key), try store.hold(layer: record.diffID, in: &hold) else { continue }
            found.append(record.diffID)
        }
        let staging = try store.makeBuildStaging()
        // What is held is there.
        let image = try staging.publish(
            layers: [],
            image: NewImage(
                configuration: ImageConfiguration(platform: .current, diffIDs: found), names: [try ImageReference(name)]
            ))
        for layer in image?.layers ?? [] {
            guard FileManager.default.fileExists(atPath: layer.path) else {
                throw Failure(words: "\(layer.path) is gone")
            }
        }
        withExtendedLifetime(hold) {}
    }

    private struct Failure: Error { let words: String }

    @Test func buildsAndRemovalsMeet() throws {
        let box = try box()
        let root = box.root + "/images"
        try box("import", TestMachine.archive("busybox"), "busybox")
        let first = try ImageStore(root: root)
        try Self.build(first, "start", on: nil, layers: 4)
        let layers = try first.resolve("start").layers.map(\.diffID)
        let failures = Failures()
        DispatchQueue.concurrentPerform(iterations: 8) { worker in
            do {
                for round in 0..<12 {
                    let store = try ImageStore(root: root)
                    do {
                        switch (worker + round) % 8 {
                        case 0, 1: try Self.build(store, "made-\(worker % 2)", on: nil, layers: 4)
                        case 2:
                            let base = try store.resolve("busybox")
                            var hold = LayerHold()
                            try store.hold(base, archives: true, in: &hold)
                            try Self.build(store, "based", on: base, layers: 3)
                            withExtendedLifetime(hold) {}
                        case 3: try Self.buildFromCache(store, "cached-\(worker)", layers: layers)
                        case 4: _ = try store.remove("made-\(round % 2)") { _ in nil }
                        case 5: _ = try store.pruneImages { _ in false }
                        case 6: _ = try store.pruneCache(keeping: round % 2 == 0 ? nil : 2)
                        default:
                            let image = try store.resolve("based")
                            let hold = try store.hold(image)
                            for layer in image.layers where !FileManager.default.fileExists(atPath: layer.path) {
                                throw Failure(words: "\(layer.path) is gone while it is held")
                            }
                            withExtendedLifetime(hold) {}
                        }
                    } catch {
                        if !Self.isRace(error) { throw error }
                    }
                }
            } catch {
                failures.add("worker \(worker): \(error)")
            }
        }
        #expect(failures.all.isEmpty, "\(failures.all)")
        let check = try first.check(repairs: false)
        #expect(check.findings.allSatisfy { $0.words.contains("belong to no image") }, "\(check.findings)")
        #expect(try first.check(repairs: true).isWhole)
        #expect(try box("run", "--rm", "busybox", "echo", "works").text == "works")
    }

    private final class Failures: @unchecked Sendable {
        private let lock = NSLock()
        private var list: [String] = []
        func add(_ text: String) { lock.withLock { list.append(text) } }
        var all: [String] { lock.withLock { list } }
    }

    @Test func commandsMeet() throws {
        let box = try box()
        let outcome = try box.shell(
            """
            $MINIBOX import \(TestMachine.archive("busybox")) busybox >/dev/null
            $MINIBOX run --name source busybox sh -c 'echo x >/x' 
            for i in $(seq 4); do
                ( for j in $(seq 6); do $MINIBOX commit source made:$i >/dev/null || echo "commit $?"; done ) &
                ( for j in $(seq 6); do $MINIBOX run --rm made:$i cat /x || echo "run $?"; done ) &
                ( for j in $(seq 6); do $MINIBOX rmi made:$i >/dev/null 2>&1; $MINIBOX image prune -f >/dev/null || echo "prune $?"; done ) &
            done; wait; $MINIBOX rm source >/dev/null; $MINIBOX system check --repair >/dev/null; $MINIBOX system check
            """, timeout: 120)
        for line in outcome.lines.dropLast() { #expect(line == "x" || line == "run 125", "\(outcome)") }
        #expect(outcome.lines.last?.contains("all is whole") == true, "\(outcome)")
        for line in outcome.errors.split(separator: "\n") {
            #expect(Self.isRace(Failure(words: String(line))), "\(line)")
        }
    }
}
