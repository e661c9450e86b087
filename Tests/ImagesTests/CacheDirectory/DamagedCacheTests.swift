// SPDX-License-Identifier: Apache-2.0
import Compression
import Foundation
import Linux
import OCI
import Testing

@testable import Images

@Suite(.enabled(if: Fixture.isRoot, "needs root, to set the owners of files"))
struct DamagedCacheTests {
    /// What each record of the cache says, and what its layer is, as far as both can be had.
    private func contents(_ fixture: CacheFixture, _ keys: [Digest]) -> [Digest: String] {
        var result: [Digest: String] = [:]
        guard let reader = try? CacheReader(path: fixture.cache) else { return result }
        for key in keys {
            guard let record = reader.record(key), let layer = try? fixture.take(record.diffID, from: reader) else {
                continue
            }
            result[key] = "\(record) \(layer)"
        }
        return result
    }

    /// Every byte of every file changed, every file cut short and made longer: what is still found is what was written.
    @Test func noDamageGivesAWrongResult() throws {
        let fixture = try CacheFixture()
        let (one, first) = try fixture.step("RUN one", "echo one > one; setfattr -n user.key -v value one || :")
        let (two, second) = try fixture.step("RUN two", "mkdir -p a/b; head -c 300 /dev/zero > a/b/c; ln a/b/c d")
        try fixture.write([one, two], [first, second])
        let whole = contents(fixture, [first.key, second.key])
        #expect(whole.count == 2)
        var random = SystemRandomNumberGenerator()
        var misses = 0
        for name in ["cache.json"] + (try fixture.blobs().map { "blobs/sha256/" + $0 }) {
            let file = "\(fixture.cache)/\(name)"
            let bytes = try Descriptor.contents(of: file)
            defer { write(bytes, file) }
            for place in bytes.indices {
                // All of them would take a minute.
                guard place % 7 == Int.random(in: 0..<7, using: &random) || bytes.count < 200 else { continue }
                var damaged = bytes
                damaged[place] ^= UInt8.random(in: 1...255, using: &random)
                write(damaged, file)
                let found = contents(fixture, [first.key, second.key])
                for (key, value) in found { #expect(value == whole[key], "\(name), byte \(place)") }
                if found.count < 2 { misses += 1 }
            }
            for count in [0, 1, bytes.count / 2, bytes.count - 1] {
                write(Array(bytes.prefix(count)), file)
                for (key, value) in contents(fixture, [first.key, second.key]) { #expect(value == whole[key]) }
            }
            write(bytes + [0], file)
            for (key, value) in contents(fixture, [first.key, second.key]) { #expect(value == whole[key]) }
        }
        #expect(misses > 0)
        #expect(contents(fixture, [first.key, second.key]) == whole)
    }

    private func write(_ bytes: [UInt8], _ file: String) {
        _ = FileManager.default.createFile(atPath: file, contents: Data(bytes))
    }

    @Test func nothingElseIsRead() throws {
        let fixture = try CacheFixture()
        let (one, first) = try fixture.step("RUN one", "echo one > one")
        try fixture.write([one], [first])
        let archive = try #require(try fixture.blobs().first { $0 != fixture.list })
        let place = "cache/blobs/sha256/\(archive)"
        try fixture.shell("mv \(place) archive")
        for script in [
            "mkfifo \(place)", "mkdir \(place)", "ln -s \(fixture.path)/archive \(place)",
            "ln -s ../../../archive \(place)", "mknod \(place) c 1 5", ":",
        ] {
            try fixture.shell("rm -rf \(place); \(script)")
            let reader = try CacheReader(path: fixture.cache)
            #expect(throws: ImageError.self) { try fixture.take(one.diffID, from: reader) }
        }
        try fixture.shell("rm -rf \(place); cp archive \(place)")
        #expect(contents(fixture, [first.key]).count == 1)
        for script in [
            "mkfifo cache/cache.json", "mkdir cache/cache.json", "ln -s ../saved cache/cache.json",
            "truncate -s 1M cache/cache.json",
            "mv cache/blobs blobs; ln -s ../blobs cache/blobs; cp saved cache/cache.json",
        ] {
            try fixture.shell("cp cache/cache.json saved; rm cache/cache.json; \(script)")
            #expect(throws: ImageError.self) { try CacheReader(path: fixture.cache) }
            try fixture.shell(
                "[ ! -L cache/blobs ] || { rm cache/blobs; mv blobs cache; }; rm -rf cache/cache.json; mv saved cache/cache.json"
            )
        }
        #expect(contents(fixture, [first.key]).count == 1)
    }

    /// A list that is as it ought to be, and archives that are not.
    private func hostile(_ archive: [UInt8], _ fixture: CacheFixture, diffID: Digest? = nil) throws -> Digest {
        let diffID = diffID ?? Digest(of: archive)
        var list = CacheList()
        let key = CacheFixture.digest("RUN hostile")
        let descriptor = ContentDescriptor(mediaType: .layer, digest: Digest(of: archive), size: Int64(archive.count))
        list.records[key] = CacheRecord(
            key: key, identity: key, diffID: diffID, created: "2026-01-02T03:04:05Z", step: "RUN \u{1B}[31mred\n")
        list.layers[diffID] = descriptor
        list.mounts["m"] = CacheList.Mount(archive: descriptor, diffID: diffID, mode: 0o755, user: 0, group: 0)
        let bytes = list.json.bytes()
        try fixture.shell("rm -rf cache; mkdir -p cache/blobs/sha256")
        write(archive, "\(fixture.cache)/blobs/sha256/\(descriptor.digest.hex)")
        write(bytes, "\(fixture.cache)/blobs/sha256/\(Digest(of: bytes).hex)")
        let head = ContentDescriptor(
            mediaType: CacheList.mediaType, digest: Digest(of: bytes), size: Int64(bytes.count))
        write(head.json.bytes(), "\(fixture.cache)/cache.json")
        return diffID
    }

    private func archive(_ entries: [TarEntry]) -> [UInt8] {
        entries.flatMap { TarWriter.header($0) } + TarWriter.end
    }

    private func file(_ name: String, _ kind: TarEntry.Kind = .regular, target: String = "") -> TarEntry {
        var entry = TarEntry(name: Array(name.utf8), kind: kind)
        entry.mode = 0o644
        entry.target = Array(target.utf8)
        return entry
    }

    @Test func anArchiveThatNoStepWroteIsRefused() throws {
        let fixture = try CacheFixture()
        let good = archive([file("a"), file("b")])
        let diffID = try hostile(good, fixture)
        #expect(try fixture.take(diffID, from: CacheReader(path: fixture.cache)).entries == 2)
        for bad in [
            archive([file("../escape")]), archive([file("/etc/x", .symbolicLink, target: "/"), file("b"), file("a")]),
            archive([file("./", .directory), file("a"), file("b")]),
            archive([file(".wh..wh..opq"), file("a"), file("b")]),
            archive([file("link", .symbolicLink, target: fixture.path), file("link/escape")]),
            archive([file("a"), file("./b")]), good + [UInt8](repeating: 0, count: 512), Array("no archive".utf8),
        ] {
            let diffID = try hostile(bad, fixture)
            #expect(throws: ImageError.self) { try fixture.take(diffID, from: CacheReader(path: fixture.cache)) }
            #expect(try fixture.shell("ls").contains("escape") == false)
        }
        // Another layer than the one that is asked for.
        let other = CacheFixture.digest("other")
        _ = try hostile(good, fixture, diffID: other)
        #expect(throws: ImageError.self) { try fixture.take(other, from: CacheReader(path: fixture.cache)) }
        #expect(throws: ImageError.self) {
            try CacheReader(path: fixture.cache).unpackMount("m", as: "mount", in: fixture.path)
        }
        #expect(!FileManager.default.fileExists(atPath: fixture.path + "/mount"))
    }

    @Test func whatIsShownHasNoControlCharacters() throws {
        let fixture = try CacheFixture()
        _ = try hostile(archive([file("a")]), fixture)
        let record = try #require(try CacheReader(path: fixture.cache).record(CacheFixture.digest("RUN hostile")))
        #expect(record.step == "RUN  [31mred ")
    }

    @Test(arguments: [
        #"{"records":[{}],"layers":[],"mounts":[]}"#, #"{"records":[],"layers":[{"diffID":"x"}],"mounts":[]}"#,
        #"{"records":[],"layers":[],"mounts":[{"id":1}]}"#, #"{"records":{},"layers":[],"mounts":[]}"#, "[]", "",
    ])
    func aListOfOtherThingsIsNone(text: String) { #expect(CacheList(Array(text.utf8)) == nil) }
}
