// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import OCI
import Testing

@testable import Images

@Suite(.enabled(if: Fixture.isRoot, "needs root, to set the owners of files"))
struct BuildStagingTests {
    private func nobody(_ id: Digest) -> String? { nil }

    private func digest(_ text: String) -> Digest { Digest(of: Array(text.utf8)) }

    private func configuration(_ diffIDs: [Digest]) -> ImageConfiguration {
        ImageConfiguration(platform: .current, created: "2026-01-02T03:04:05Z", diffIDs: diffIDs)
    }

    private func record(_ name: String, _ layer: Digest) -> CacheRecord {
        CacheRecord(
            key: digest(name), identity: digest("of \(name)"), diffID: layer, created: "2026-01-02T03:04:05Z",
            step: "RUN \(name)", components: ["command": .string(name)])
    }

    /// A sealed layer in which the file `name` says `text`.
    private func layer(
        _ n: Int, in staging: borrowing BuildStaging, _ fixture: Fixture, _ name: String, _ text: String
    ) throws -> BuiltLayer {
        let path = try staging.makeLayer(n)
        try fixture.shell("printf '\(text)' > \(path)/upper/\(name)")
        try BuildStaging.sealLayer(path, clampTo: 1000)
        return BuiltLayer(directory: path, description: try BuildStaging.describeLayer(path))
    }

    @Test func aLayerIsMadeLikeTheRootBelowIt() throws {
        let fixture = try Fixture()
        try fixture.shell("mkdir -m 1750 below; chown 5:6 below; umask 077")
        let staging = try fixture.store.makeBuildStaging()
        let path = try staging.makeLayer(1, likeTopOf: fixture.path + "/below")
        #expect(path == staging.path + "/1")
        #expect(try fixture.shell("stat -c '%a %u %g' \(path)/upper \(path)/work") == "1750 5 6\n700 0 0\n")
        #expect(try fixture.shell("stat -c '%a %u %g' \(try staging.makeLayer(2))/upper") == "755 0 0\n")
        #expect(throws: ImageError.self) { try staging.makeLayer(2) }
        #expect(try fixture.shell("stat -c %a \(try staging.makeDirectory("context"))") == "700\n")
    }

    @Test func sealingLowersTimesAndNeverRaisesThem() throws {
        let fixture = try Fixture()
        let staging = try fixture.store.makeBuildStaging()
        let path = try staging.makeLayer(1)
        try fixture.shell(
            """
            cd \(path); mkdir -p upper/a/b work/work; : > upper/a/b/late; : > upper/early; ln -s x upper/a/link
            touch -d @1000 upper/early; touch -d @2000.5 upper/a/b/late; mkfifo upper/pipe
            """)
        try BuildStaging.sealLayer(path, clampTo: 2000)
        #expect(
            try fixture.shell("cd \(path); find . -printf '%P %T@\\n' | LC_ALL=C sort | tail -n +2 | cut -d. -f1")
                == """
                upper 2000
                upper/a 2000
                upper/a/b 2000
                upper/a/b/late 2000
                upper/a/link 2000
                upper/early 1000
                upper/pipe 2000

                """)
    }

    @Test func aBuildIsPublishedWhole() throws {
        let fixture = try Fixture()
        try fixture.makeRoot()
        let base = try fixture.importImage("root", as: "base")
        var new = NewImage(
            configuration: configuration([]), names: [try ImageReference("one"), try ImageReference("two")],
            annotations: ["key": "value"], base: base.layers)
        let made: Image
        do {
            let staging = try fixture.store.makeBuildStaging()
            let first = try layer(1, in: staging, fixture, "a", "A")
            let second = try layer(2, in: staging, fixture, "b", "B")
            new.configuration.diffIDs = [base.layers[0].diffID, first.description.diffID, second.description.diffID]
            made = try #require(
                try staging.publish(
                    layers: [first, second], cache: [record("a", first.description.diffID)], image: new))
        }
        #expect(fixture.entries("staging").isEmpty)
        #expect(made.layers.map(\.diffID) == new.configuration.diffIDs)
        #expect(made.layers[2].blob.digest == made.layers[2].diffID && made.layers[2].blob.size == 1024 + 1024)
        #expect(made.rootPath == base.layers[0].path)
        for name in ["one", "two"] {
            let found = try fixture.store.resolve(name)
            #expect(found.id == made.id && found.layers == made.layers && found.manifest == made.manifest)
            #expect(found.manifestDigest == made.manifestDigest && found.manifest.annotations == ["key": "value"])
            try fixture.store.verify(found)
        }
        #expect(
            try fixture.shell("cat \(made.layers[2].path)/b; ls -A \(made.layers[2].path)/..")
                == "Blayer.json\nmade\nroot\n")
        #expect(fixture.store.cacheRecord(digest("a")) == record("a", made.layers[1].diffID))
        #expect(fixture.store.cacheRecord(digest("b")) == nil)

        #expect(try fixture.store.remove("one", user: nobody).deleted == nil)
        #expect(try fixture.store.remove("two", user: nobody).deleted == made.id)
        // The cache keeps what it may want again, and no more.
        #expect(fixture.entries("layers") == [base.layers[0].diffID.hex, made.layers[1].diffID.hex].sorted())
    }

    @Test func aFailedBuildLeavesItsLayersToTheCache() throws {
        let fixture = try Fixture()
        let key = digest("a")
        do {
            let staging = try fixture.store.makeBuildStaging()
            let done = try layer(1, in: staging, fixture, "a", "A")
            #expect(try staging.publish(layers: [done], cache: [record("a", done.description.diffID)]) == nil)
        }
        let hit = try #require(fixture.store.cacheRecord(key))
        let layer = try #require(fixture.store.layer(hit.diffID))
        #expect(try fixture.shell("cat \(layer.path)/a") == "A")
        try fixture.store.recover()
        #expect(fixture.store.cacheRecord(key) == hit)

        // The time of the last use is written down.
        try fixture.shell("touch -d @1000 store/cache/\(key.hex)")
        _ = fixture.store.cacheRecord(key)
        #expect(try fixture.shell("stat -c %Y store/cache/\(key.hex)") != "1000\n")

        // A record without its layer is no hit.
        try fixture.shell("rm -r store/layers/\(hit.diffID.hex)")
        #expect(fixture.store.cacheRecord(key) == nil && fixture.store.layer(hit.diffID) == nil)
    }

    @Test func aLayerThatIsThereAlreadyStays() throws {
        let fixture = try Fixture()
        let one = try fixture.store.makeBuildStaging()
        let other = try fixture.store.makeBuildStaging()
        let mine = try layer(1, in: one, fixture, "a", "A")
        let path = try other.makeLayer(7)
        try fixture.shell("cp -a \(mine.directory)/upper/. \(path)/upper")
        let theirs = BuiltLayer(directory: path, description: try BuildStaging.describeLayer(path))
        #expect(theirs.description == mine.description)
        let new = NewImage(configuration: configuration([mine.description.diffID]), names: [try ImageReference("x")])
        try one.publish(layers: [mine, mine], image: new)
        let inode = try fixture.shell("stat -c %i store/layers/*/root")
        let made = try #require(try other.publish(layers: [theirs], image: new))
        #expect(try fixture.shell("stat -c %i store/layers/*/root") == inode)
        try fixture.store.verify(made)
    }

    @Test func aBaseThatIsHeldStaysAndOneThatIsNotIsMissed() throws {
        let fixture = try Fixture()
        try fixture.makeRoot()
        let base = try fixture.importImage("root", as: "base")
        let staging = try fixture.store.makeBuildStaging()
        let top = try layer(1, in: staging, fixture, "a", "A")
        let new = NewImage(
            configuration: configuration([base.layers[0].diffID, top.description.diffID]),
            names: [try ImageReference("new")], base: base.layers)
        let other = try ImageStore(root: fixture.path + "/store")
        do {
            var hold = LayerHold()
            try fixture.store.hold(base, archives: true, in: &hold)
            #expect(try fixture.store.hold(layer: base.layers[0].diffID, in: &hold))
            #expect(try !fixture.store.hold(layer: digest("none"), in: &hold))
            _ = try other.remove("base", user: nobody)
            let made = try #require(try staging.publish(layers: [top], image: new))
            try other.verify(made)
            _ = consume hold
        }
        _ = try other.remove("new", user: nobody)
        #expect(fixture.entries("layers").isEmpty && fixture.entries("blobs/sha256").isEmpty)

        let next = try layer(2, in: staging, fixture, "b", "B")
        let error = #expect(throws: ImageError.self) {
            try staging.publish(
                layers: [next], image: NewImage(configuration: configuration([base.layers[0].diffID])))
        }
        #expect(error?.description.contains("not in the store any more: build the image again") == true)
        #expect(fixture.entries("layers").isEmpty && fixture.entries("index.json").isEmpty)
    }

    @Test func anImageThatIsNotListedIsAValue() throws {
        let fixture = try Fixture()
        let staging = try fixture.store.makeBuildStaging()
        let made = try layer(1, in: staging, fixture, "a", "A")
        try staging.publish(layers: [made])
        let image = try fixture.store.unlistedImage(
            NewImage(configuration: configuration([made.description.diffID, made.description.diffID])))
        #expect(image.reference == nil && image.layers.count == 2 && image.manifest.layers.count == 2)
        #expect(try fixture.store.list().isEmpty)
    }

    @Test func aDamagedLayerThatWasBuiltSaysHowToMend() throws {
        let fixture = try Fixture()
        let staging = try fixture.store.makeBuildStaging()
        let built = try layer(1, in: staging, fixture, "a", "A")
        let image = try #require(
            try staging.publish(
                layers: [built],
                image: NewImage(
                    configuration: configuration([built.description.diffID]), names: [try ImageReference("x")])))
        try fixture.shell("printf C > \(image.layers[0].path)/a")
        var error = #expect(throws: ImageError.self) { try fixture.store.verify(image) }
        #expect(error?.description.contains("build the image again") == true)
        try fixture.shell("rm store/layers/*/layer.json")
        error = #expect(throws: ImageError.self) { try fixture.store.resolve("x") }
        #expect(error?.description.contains("build the image again") == true)

        // And doing so mends it.
        let again = try fixture.store.makeBuildStaging()
        try again.publish(layers: [try layer(1, in: again, fixture, "a", "A")])
        #expect(try fixture.store.resolve("x").layers == image.layers)
        try fixture.store.verify(image)
    }

    /// A layer into which a file comes when it is waited for.
    private final class Filling: LayerProgress {
        let fixture: Fixture
        let path: String
        var waited: [String] = []
        init(_ fixture: Fixture, _ path: String) { (self.fixture, self.path) = (fixture, path) }

        func files(in directory: [UInt8]) -> [FileName] { directory == Array("d/".utf8) ? ["b", "c"] : [] }
        func time(of directory: [UInt8]) -> FileTime? {
            directory == Array("d/".utf8) ? FileTime(seconds: 900, nanoseconds: 5) : nil
        }
        func wait(for name: FileName, in directory: [UInt8]) throws(ImageError) {
            waited.append(String(decoding: directory, as: UTF8.self) + "\(name)")
            guard name == "b" else { return }
            _ = try? fixture.shell("cd \(path)/upper/d; printf b >b; printf cc >c; touch -d @1500 b c")
        }
    }

    @Test func aLayerIsReadWhileItIsFilled() throws {
        let fixture = try Fixture()
        let staging = try fixture.store.makeBuildStaging()
        let path = try staging.makeLayer(1)
        try fixture.shell("cd \(path)/upper; mkdir d; printf x >d/a; printf old >d/c; printf x >e; touch -d @800 d/a e")
        let filling = Filling(fixture, path)
        let early = try BuildStaging.describeLayer(path, clampTo: 1000, following: filling)
        #expect(filling.waited == ["d", "d/a", "d/b", "d/c", "e"])
        try fixture.shell("touch -d @900.5 \(path)/upper/d")
        try BuildStaging.sealLayer(path, clampTo: 1000)
        #expect(try BuildStaging.describeLayer(path) == early)
        #expect(early.size == 5)
    }

    @Test func notesOfStepsAreReplaced() throws {
        let fixture = try Fixture()
        let staging = try fixture.store.makeBuildStaging()
        #expect(fixture.store.stepNote(digest("step")) == nil)
        try fixture.store.writeStepNote([1, 2], of: digest("step"))
        try fixture.store.writeStepNote([3], of: digest("step"))
        #expect(fixture.store.stepNote(digest("step")) == [3])
        _ = consume staging
    }
}
