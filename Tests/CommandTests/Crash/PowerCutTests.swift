// SPDX-License-Identifier: Apache-2.0
import Builds
import Foundation
import Images
import Linux
import OCI
import TestSupport
import Testing

/// The power is cut at a random moment: what was reported as stored is whole, what was reported as removed is gone, and
/// nothing is half there. `MINIBOX_CUTS` says how often, each.
@Suite(.commands, .emptyBox, .enabled(if: Disk.obstacle == nil, Comment(rawValue: Disk.obstacle ?? "")))
struct PowerCutTests {
    private static let cuts = ProcessInfo.processInfo.environment["MINIBOX_CUTS"].flatMap(Int.init) ?? 20
    private static let time = FileTime(seconds: 1_700_000_000, nanoseconds: 0)

    /// What a user was told.
    struct Told {
        var stored: [String: Digest] = [:]
        /// What a command was doing when the power went: it may have been done or not.
        var pending: Set<String> = []
        var removed: Set<String> = []
        var number = 0
        /// Where the store is, for a command.
        var root = ""
        /// How many commands have reported something.
        var reports = 0
    }

    /// Cuts the power while `work` goes on, and looks at what is there afterwards.
    func cut(
        prepare: (ImageStore, inout Told) throws -> Void = { _, _ in },
        during work: (ImageStore, inout Told) throws -> Void
    ) throws {
        let disk = try Disk(try box(), mebibytes: 96)
        let root = disk.path + "/images"
        var told = Told(root: disk.path)
        var done = 0
        var number = 0
        // Cuts before anything was reported would show nothing: some more, then.
        while number < Self.cuts || done <= Self.cuts / 4 && number < 5 * Self.cuts {
            number += 1
            do {
                let store = try ImageStore(root: root)
                try prepare(store, &told)
                // Once in peace: how long it takes depends on what else the machine does.
                let start = Clock.monotonic
                try work(store, &told)
                let milliseconds = 2 * Double(Clock.monotonic - start) / 1e6
                let before = told.reports
                try disk.cut(afterMilliseconds: .random(in: 0...milliseconds)) { try work(store, &told) }
                done += told.reports - before
            }
            try disk.restart()
            try look(at: root, &told)
            if told.stored.count > 12 {
                _ = try ImageStore(root: root).pruneCache()
                _ = try ImageStore(root: root).pruneImages(all: true) { _ in false }
                told.stored = [:]
            }
        }
        #expect(done > Self.cuts / 4)
    }

    private func look(at root: String, _ told: inout Told) throws {
        ImageStore.removeAbandoned(in: root)
        let store = try ImageStore(root: root)
        let found = try store.list()
        var left: [String: Digest] = [:]
        for image in found { left[image.reference?.familiar ?? image.id.hex] = image.id }
        for (name, id) in told.stored where !told.pending.contains(name) {
            #expect(left[name] == id, "\(name) was reported as stored")
        }
        for name in left.keys {
            let wasRemoved = told.removed.contains(name)
            #expect(!wasRemoved, "\(name) was reported as removed")
        }
        for name in left.keys { try store.verify(try store.resolve(name)) }
        let check = try store.check(repairs: false)
        for finding in check.findings {
            #expect(finding.words.contains("belong to no image"), "\(finding)")
        }
        let repaired = try store.check(repairs: true)
        #expect(repaired.isWhole, "\(repaired.findings)")
        #expect(try store.check(repairs: false).findings.isEmpty)
        told.stored = left
        told.pending = []
    }

    private func makeTree(_ path: String, _ number: Int) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        for file in 0..<8 {
            let bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: number &* 8 &+ file), count: 1000 + file * 9000)
            try Data(bytes).write(to: URL(fileURLWithPath: "\(path)/file\(file)"))
        }
    }

    /// An image of its own, as a build makes it, with what its step came to.
    func publish(_ store: ImageStore, _ told: inout Told, named: Bool = true) throws {
        told.number += 1
        let name = "built-\(told.number):latest"
        let staging = try store.makeBuildStaging()
        var layers: [BuiltLayer] = []
        for layer in 0..<2 {
            let path = try staging.makeLayer(layer)
            try makeTree(path + "/upper", told.number * 2 + layer)
            try BuildStaging.sealLayer(path, clampTo: 0)
            layers.append(BuiltLayer(directory: path, description: try BuildStaging.describeLayer(path)))
        }
        let records = layers.map { layer in
            CacheRecord(
                key: layer.description.diffID, identity: layer.description.diffID, diffID: layer.description.diffID,
                created: "2026-01-02T03:04:05Z", step: "RUN true")
        }
        var configuration = ImageConfiguration(platform: .current, diffIDs: layers.map(\.description.diffID))
        configuration.created = "\(told.number)"
        told.pending = [name]
        let image = try staging.publish(
            layers: layers, cache: records,
            image: NewImage(configuration: configuration, names: named ? [try ImageReference(name)] : []))
        guard let image else { return }
        told.stored[named ? name : image.id.hex] = image.id
        told.pending = []
        told.reports += 1
    }

    @Test func aBuildIsWholeOrAbsent() throws {
        try cut { store, told in try publish(store, &told) }
    }

    @Test func aLoadIsWholeOrAbsent() throws {
        let tree = try box().directory("tree")
        let archive = try box().folder + "/saved.tar"
        // Not on the disk whose power goes.
        let other = try ImageStore(root: try box().directory("other") + "/images")
        try cut { store, told in
            told.number += 1
            let name = "loaded-\(told.number):latest"
            try makeTree(tree, told.number)
            let image = try other.importImage(from: .path(tree), as: try ImageReference(name), created: Self.time)
            try ImageExport.save(try other.imagesToSave([name]), as: .docker, to: .path(archive), ImageOptions())
            _ = try other.remove(name) { _ in nil }
            told.pending = [name]
            let loaded = try store.load(from: .path(archive))
            #expect(loaded.map(\.id) == [image.id])
            told.stored[name] = image.id
            told.pending = []
            told.reports += 1
        }
    }

    /// As a user does it: each layer is taken by a process of its own.
    @Test func aLoadByTheCommandIsWholeOrAbsent() throws {
        let box = try box()
        try cut { store, told in
            told.number += 1
            let name = "hostile:1"
            let archive = try HostileArchive.make(
                box,
                """
                layers = []
                for n in range(3):
                    plain = b''.join(entry(f'd{n}/{i}', data=bytes([i]) * (i * 900)) for i in range(30))
                    plain += entry('number', data=b'\(told.number)') + end
                    layers.append((plain, gzip.compress(plain, 1) if n else plain))
                """)
            let before = told.stored[name]
            told.pending = [name]
            let outcome = try box.shell("MINIBOX_ROOT=\(told.root) timeout 60 $MINIBOX load -i \(archive)", timeout: 90)
            guard outcome.status == 0 else { return }
            guard let id = try store.list().first(where: { $0.reference?.familiar == name })?.id else {
                // What is on a disk without power cannot be read, and this fails too.
                let place = try Descriptor.open(told.root, [.directory])
                _ = try place.open("probe", [.writeOnly, .create], mode: 0o600)
                Issue.record("\(name) was reported as stored, and is not there")
                return
            }
            #expect(id != before)
            told.stored[name] = id
            told.pending = []
            told.reports += 1
        }
    }

    @Test func anImportIsWholeOrAbsent() throws {
        let tree = try box().directory("tree")
        try cut { store, told in
            told.number += 1
            let name = "imported-\(told.number):latest"
            try makeTree(tree, told.number)
            told.pending = [name]
            let image = try store.importImage(
                from: .path(tree), as: try ImageReference(name), created: Self.time)
            told.stored[name] = image.id
            told.pending = []
            told.reports += 1
        }
    }

    @Test func whatIsRemovedTakesNothingElseWithIt() throws {
        try cut { store, told in
            while told.stored.count < 8 { try publish(store, &told) }
        } during: { store, told in
            guard let name = told.stored.keys.randomElement() else { return }
            told.number += 1
            told.pending = [name]
            _ = try store.remove(name) { _ in nil }
            told.stored[name] = nil
            told.removed.insert(name)
            told.pending = []
            told.reports += 1
        }
    }

    @Test func whatIsPrunedTakesNothingElseWithIt() throws {
        try cut { store, told in
            while told.stored.count < 8 { try publish(store, &told, named: told.number % 2 == 0) }
        } during: { store, told in
            told.number += 1
            if told.number % 2 == 0 {
                _ = try store.pruneCache(keeping: 100_000)
                return
            }
            let unnamed = told.stored.keys.filter { !$0.contains(":") }
            told.pending = Set(unnamed)
            for id in try store.pruneImages(isUsed: { _ in false }).images.compactMap(\.deleted) {
                told.stored[id.hex] = nil
                told.removed.insert(id.hex)
            }
            told.reports += 1
            told.pending = []
            try publish(store, &told, named: false)
        }
    }
}
