// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import OCI
import Testing

@testable import Images

/// history, the tree of layers, what takes room, and making room.
@Suite(.enabled(if: Fixture.isRoot, "needs root, to set the owners of files"))
struct ShowTests {
    /// `base`, with `one` on it and `two` on `one`, and `other` beside them.
    private func filled() throws -> (fixture: Fixture, base: Image, one: Image, two: Image) {
        let fixture = try Fixture()
        try fixture.makeRoot()
        let base = try fixture.importImage("root", as: "base")
        let one = try fixture.build("one", on: base, files: ["a": "A"])
        let two = try fixture.build("two", on: one, files: ["b": "BB"])
        try fixture.build("other", on: nil, files: ["c": "CCC"])
        return (fixture, base, one, two)
    }

    @Test func historyTellsEachStepAndItsSize() throws {
        let (fixture, base, one, two) = try filled()
        let steps = fixture.store.history(of: two)
        #expect(steps.map(\.createdBy) == [nil, "RUN one", "RUN two"])
        #expect(steps.map(\.size) == [base.layers[0].size, 1, 2])
        #expect(steps.map(\.diffID) == two.layers.map(\.diffID))
        #expect(steps[0].comment?.hasPrefix("imported from") == true)

        var configuration = one.configuration
        configuration.history = [.init(createdBy: "ENV A=1", isEmptyLayer: true), .init(createdBy: "COPY")]
        let odd = try fixture.store.unlistedImage(NewImage(configuration: configuration, base: one.layers))
        let told = fixture.store.history(of: odd)
        #expect(told.map(\.createdBy) == ["ENV A=1", "COPY", nil])
        #expect(told.map(\.diffID) == [nil, one.layers[0].diffID, one.layers[1].diffID])
        #expect(told.map(\.size) == [0, base.layers[0].size, 1])
    }

    @Test func theTreeShowsWhatImagesShare() throws {
        let (fixture, base, one, two) = try filled()
        try fixture.store.tag("one", as: try ImageReference("alias"))
        let tree = try fixture.store.tree()
        #expect(tree.count == 2)
        #expect(tree[0].diffID == base.layers[0].diffID && tree[0].images.map(\.id) == [base.id])
        #expect(tree[0].children.count == 1 && tree[0].children[0].diffID == one.layers[1].diffID)
        #expect(tree[0].children[0].images.map(\.reference?.familiar) == ["alias:latest", "one:latest"])
        #expect(tree[0].children[0].children.map(\.diffID) == [two.layers[2].diffID])
        #expect(tree[0].children[0].createdBy == "RUN one" && tree[1].createdBy == "RUN other")
    }

    @Test func usageTellsWhatIsSharedAndWhatIsNot() throws {
        let (fixture, base, one, _) = try filled()
        let size = base.layers[0].size
        var usage = try fixture.store.usage()
        #expect(usage.layerCount == 4 && usage.layers == size + 1 + 2 + 3)
        #expect(usage.unused == 0 && usage.cacheOnly == 0 && usage.cache.count == 3)
        #expect(usage.cache.allSatisfy { $0.isInImage })
        let two = try #require(usage.images.first { $0.image.reference?.familiar == "two:latest" })
        // All its layers are in the build cache, or in other images.
        #expect(two.sharedSize == size + 3)
        #expect(usage.archives > base.layers[0].blob.size)

        _ = try fixture.store.remove("two") { _ in nil }
        usage = try fixture.store.usage()
        #expect(usage.cacheOnly == 2 && usage.images.count == 3)
        #expect(usage.cache.filter { !$0.isInImage }.map(\.size) == [2])
        _ = try fixture.store.pruneCache()
        usage = try fixture.store.usage()
        let left = try #require(usage.images.first { $0.image.id == one.id })
        #expect(left.uniqueSize > 1 && left.sharedSize == size && usage.cache.isEmpty && usage.layerCount == 3)
        let other = try #require(usage.images.first { $0.image.reference?.familiar == "other:latest" })
        #expect(other.sharedSize == 0 && other.uniqueSize > 3)
    }

    @Test func pruningImagesTakesThoseWithoutNames() throws {
        let (fixture, base, one, two) = try filled()
        try fixture.store.tag("base", as: try ImageReference("one"))
        #expect(try fixture.store.list().filter { $0.reference == nil }.map(\.id) == [one.id])
        #expect(try fixture.store.pruneImages { $0 == one.id } == Pruning())
        let first = try fixture.store.pruneImages { _ in false }
        #expect(first.images == [ImageRemoval(untagged: [], deleted: one.id)])
        #expect(first.reclaimed > 0)
        try fixture.store.verify(two)

        let all = try fixture.store.pruneImages(all: true) { $0 == two.id }
        #expect(Set(all.images.compactMap(\.deleted)).count == 2)
        #expect(all.images.flatMap(\.untagged).map(\.familiar) == ["base:latest", "one:latest", "other:latest"])
        #expect(try fixture.store.list().map(\.id) == [two.id])
        try fixture.store.verify(two)
        #expect(fixture.entries("layers").contains(base.layers[0].diffID.hex))
    }

    @Test func pruningTheCacheTakesTheOldestFirst() throws {
        let fixture = try Fixture()
        for (place, name) in ["one", "two", "three"].enumerated() {
            let image = try fixture.build(name, on: nil, files: ["f": String(repeating: "x", count: 100 + place)])
            let key = String(image.layers[0].diffID.hex.reversed())
            try fixture.shell("touch -d @\(1000 + place) store/cache/\(key)")
        }
        try fixture.store.writeStepNote([1], of: Digest(of: [1]))
        for name in ["one", "two"] { _ = try fixture.store.remove(name) { _ in nil } }

        // Two layers of 201 bytes in all are only in the cache.
        #expect(try fixture.store.pruneCache(keeping: 201) == Pruning())
        let first = try fixture.store.pruneCache(keeping: 150)
        #expect(first.cache.map(\.step) == ["RUN one"] && first.reclaimed == 100)
        let time = FileTime(seconds: 1001, nanoseconds: 0)
        #expect(try fixture.store.pruneCache(unusedSince: time) == Pruning())
        let second = try fixture.store.pruneCache(unusedSince: FileTime(seconds: 1002, nanoseconds: 0))
        #expect(second.cache.map(\.step) == ["RUN two"] && second.reclaimed == 101)
        #expect(fixture.store.stepNote(Digest(of: [1])) != nil)
        // An image has the layer, so that nothing is gained.
        #expect(try fixture.store.pruneCache(all: false) == Pruning())
        #expect(fixture.store.stepNote(Digest(of: [1])) != nil)
        let last = try fixture.store.pruneCache()
        #expect(last.cache.map(\.step) == ["RUN three"] && last.reclaimed == 0)
        #expect(fixture.entries("cache") == ["steps"] && fixture.entries("cache/steps").isEmpty)
        try fixture.store.verify(try fixture.store.resolve("three"))
    }

    @Test func aCommitCopiesAnUpperDirectory() throws {
        let (fixture, base, _, _) = try filled()
        try fixture.shell(
            """
            mkdir -p upper/etc/deep upper/made; cd upper
            mknod etc/pipe c 0 0; setfattr -n trusted.overlay.opaque -v y etc
            echo one > made/one; ln made/one made/two; truncate -s 1M made/hole; printf x >> made/hole
            setfattr -n user.note -v hello made/one; chmod 6711 made/two
            setfattr -n security.capability -v 0x0100000200040000000000000000000000000000 made/hole
            ln -s made link; mkfifo fifo; chown -h 5:70000 link; chmod 1777 made; touch -h -d @1500000000 link fifo made
            """)
        let before = try LayerDescription(root: fixture.path + "/upper")
        var hold = LayerHold()
        try fixture.store.hold(base, archives: true, in: &hold)
        let image = try fixture.store.commit(
            Commit(
                upper: fixture.path + "/upper", base: base, name: try ImageReference("committed"),
                changes: ["CMD [\"made\"]"], author: "me", message: "why", command: "sh -c x", created: Fixture.time))
        #expect(image.layers.map(\.diffID) == [base.layers[0].diffID, before.diffID])
        #expect(try LayerDescription(root: fixture.path + "/upper") == before)
        let links = try fixture.shell("stat -c %h upper/made/one \(image.layers[1].path)/made/one")
        #expect(links == "2\n2\n")
        #expect(try fixture.shell("stat -c %b \(image.layers[1].path)/made/hole").dropLast().count <= 2)
        #expect(
            try fixture.shell("getfattr -n trusted.overlay.opaque --only-values \(image.layers[1].path)/etc") == "y")
        let found = try fixture.store.resolve("committed")
        #expect(found.configuration.execution.command == ["made"] && found.configuration.author == "me")
        #expect(found.configuration.history.last?.createdBy == "sh -c x")
        #expect(found.configuration.history.last?.comment == "why" && found.configuration.history.count == 2)
        try fixture.store.verify(found)
    }
}
