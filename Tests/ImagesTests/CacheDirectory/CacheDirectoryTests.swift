// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import OCI
import TestSupport
import Testing

@testable import Images

@Suite(.enabled(if: Fixture.isRoot, "needs root, to set the owners of files"))
struct CacheDirectoryTests {
    @Test func anotherStoreGetsTheSameLayers() throws {
        let fixture = try CacheFixture()
        let (layer, record) = try fixture.step(
            "RUN one", "echo one > one; mkdir -m 1770 d; chown 5:70000 d; ln one two")
        try fixture.write([layer], [record])
        #expect(fixture.names == ["blobs", "cache.json"])

        let reader = try CacheReader(path: fixture.cache)
        #expect(reader.record(record.key) == record)
        #expect(reader.record(CacheFixture.digest("other")) == nil)
        #expect(reader.records(of: layer.diffID) == [record])
        let other = try fixture.other()
        let staging = try other.makeBuildStaging()
        try fixture.shell("mkdir -m 1755 like; chown 3:4 like")
        let place = try staging.makeLayer(7, likeTopOf: fixture.path + "/like")
        let description = try reader.unpackLayer(layer.diffID, into: place)
        #expect(description.diffID == layer.diffID && description.highGroups == [70000])
        #expect(try fixture.shell("ls \(place); stat -c '%a %u %g' \(place)/upper") == "upper\n1755 3 4\n")
        try staging.publish(
            layers: [BuiltLayer(directory: place, description: description)], cache: reader.records(of: layer.diffID))
        let hit = try #require(other.cacheRecord(record.key))
        let taken = try #require(other.layer(hit.diffID))
        #expect(hit == record)
        #expect(
            try fixture.shell("cd \(taken.path); stat -c '%n %a %u %g %h %Y' * | sort")
                == fixture.shell("cd \(layer.path); stat -c '%n %a %u %g %h %Y' * | sort"))
        // Its archive can be made again, to send it on.
        try other.readUncompressedArchive(of: taken) { _ throws(ImageError) in }
    }

    @Test func aLaterBuildTakesThePlaceOfAnEarlierOne() throws {
        let fixture = try CacheFixture()
        let (one, first) = try fixture.step("RUN one", "echo one > one")
        let (two, second) = try fixture.step("RUN two", "echo two > two")
        let (three, third) = try fixture.step("RUN three", "echo three > three")
        #expect(try fixture.write([one, two], [first, second]) == 2)
        let before = try fixture.blobs()
        let kept = try #require(
            before.first { $0 != fixture.list && (try? fixture.unpack($0))?.contains("two") ?? false })
        let inode = try fixture.shell("stat -c %i \(fixture.cache)/blobs/sha256/\(kept)")
        #expect(try fixture.write([two, three], [second, third]) == 1)
        let reader = try CacheReader(path: fixture.cache)
        #expect(reader.record(first.key) == nil)
        #expect(reader.record(second.key) == second && reader.record(third.key) == third)
        #expect(try fixture.blobs().count == 3)
        #expect(try fixture.shell("stat -c %i \(fixture.cache)/blobs/sha256/\(kept)") == inode, "it was there already")
    }

    @Test func whoReadsLosesNothing() throws {
        let fixture = try CacheFixture()
        let (one, first) = try fixture.step("RUN one", "echo one > one")
        let (two, second) = try fixture.step("RUN two", "echo two > two")
        try fixture.write([one], [first])
        do {
            let reader = try CacheReader(path: fixture.cache)
            try fixture.write([two], [second])
            #expect(reader.record(first.key) == first)
            try fixture.take(one.diffID, from: reader)
            #expect(try fixture.blobs().count == 4)
        }
        // A program that another test starts has the reader's lock too until it is executed.
        #expect(
            Clock.wait(seconds: 60) {
                _ = try? fixture.write([two], [second])
                return (try? fixture.blobs().count) == 2
            })
    }

    @Test func whatWasHalfWrittenIsNotThereAndGoes() throws {
        let fixture = try CacheFixture()
        let (one, first) = try fixture.step("RUN one", "echo one > one")
        let (two, second) = try fixture.step("RUN two", "echo two > two")
        try fixture.write([one], [first])
        do {
            var writer = try CacheWriter.open(fixture.cache)
            try writer.add(two, of: fixture.store)
            // And then it is killed.
        }
        try fixture.shell("cd cache; echo half > new-1; echo half > .cache.json.17; echo x > blobs/other")
        let reader = try CacheReader(path: fixture.cache)
        #expect(reader.record(first.key) == first && reader.record(second.key) == nil)
        try fixture.take(one.diffID, from: reader)
        try fixture.write([one], [first])
        #expect(fixture.names == ["blobs", "cache.json"])
    }

    @Test func anArchiveThatIsDamagedIsWrittenAgain() throws {
        let fixture = try CacheFixture()
        let (one, first) = try fixture.step("RUN one", "echo one > one")
        try fixture.write([one], [first])
        #expect(try fixture.write([one], [first]) == 0)
        let archive = try #require(try fixture.blobs().first { $0 != fixture.list })
        try fixture.shell("printf X | dd of=cache/blobs/sha256/\(archive) bs=1 seek=20 conv=notrunc status=none")
        #expect(throws: ImageError.self) { try fixture.take(one.diffID, from: CacheReader(path: fixture.cache)) }
        #expect(try fixture.write([one], [first]) == 1)
        try fixture.take(one.diffID, from: CacheReader(path: fixture.cache))
    }

    @Test func otherThingsAreLeftAlone() throws {
        let fixture = try CacheFixture()
        let (one, first) = try fixture.step("RUN one", "echo one > one")
        try fixture.shell("mkdir cache; echo mine > cache/file")
        #expect {
            try CacheWriter.require(path: fixture.cache)
        } throws: {
            "\($0)".contains("there are other things in it, choose a new or an empty directory")
        }
        #expect(throws: ImageError.self) { try fixture.write([one], [first]) }
        #expect(fixture.names == ["file"])
        #expect(throws: ImageError.self) { try CacheReader(path: fixture.cache) }
        #expect(throws: ImageError.self) { try CacheReader(path: fixture.cache + "/missing") }
        try CacheWriter.require(path: fixture.cache + "/missing")
    }

    @Test func filesOfCacheMountsGoWithIt() throws {
        let fixture = try CacheFixture()
        try fixture.shell(
            """
            mkdir -m 2750 mount; chown 8:9 mount; cd mount; mkdir -p a/b; echo deep > a/b/c; ln -s a link
            touch -d @1000 a/b/c; chown 1:2 a/b/c
            """)
        do {
            var writer = try CacheWriter.open(fixture.cache)
            try writer.addMount("apt", directory: fixture.path + "/mount")
            try writer.finish([])
        }
        #expect(try fixture.blobs().count == 2)
        do {
            // Unchanged, in use, and gone.
            var writer = try CacheWriter.open(fixture.cache)
            try writer.addMount("apt", directory: fixture.path + "/mount")
            #expect(writer.written == 0)
            try writer.finish([])
            var other = try CacheWriter.open(fixture.cache)
            other.keepMount("apt")
            other.keepMount("unknown")
            try other.finish([])
        }
        let reader = try CacheReader(path: fixture.cache)
        #expect(reader.hasMount("apt") && !reader.hasMount("unknown"))
        try reader.unpackMount("apt", as: "again", in: fixture.path)
        let listing = "find . -printf '%p %m %U %G %l\\n' | sort; stat -c %Y a/b/c; cat a/b/c"
        #expect(
            try fixture.shell("cd again; \(listing)") == fixture.shell("cd mount; \(listing)"))
        #expect(throws: ImageError.self) { try reader.unpackMount("unknown", as: "other", in: fixture.path) }
    }
}
