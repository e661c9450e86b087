// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `--cache-to` and `--cache-from`: a build that starts with an empty store gets what another one came to.
@Suite(.commands, .emptyBox) struct SharedCacheTests {
    private let dockerfile = """
        FROM busybox AS made
        RUN head -c 20 /dev/urandom | sha256sum > /made
        COPY file /copied
        FROM busybox
        COPY --from=made /made /copied /
        RUN --mount=type=cache,id=words,target=/words cat /words/* >> /seen 2> /dev/null; echo word >> /words/list
        WORKDIR /made-here
        RUN head -c 20 /dev/urandom | sha256sum > /last
        """

    @Test func aRelativePathIsBelowTheDirectoryOfTheCommand() throws {
        let box = try box()
        let context = try box.context(dockerfile, ["file": "one"])
        let name = "cache-\(UUID().uuidString)"
        let made = try box.shell(
            "cd \(box.folder) && $MINIBOX build -q --cache-to type=local,dest=new/\(name) \(context)", timeout: 60)
        #expect(made.status == 0, "\(made)")
        #expect(FileManager.default.fileExists(atPath: "\(box.folder)/new/\(name)"))
        #expect(!FileManager.default.fileExists(atPath: "/new/\(name)"))
    }

    @Test func anEmptyStoreHasAllOfTheFormerBuild() throws {
        let box = try box()
        let context = try box.context(dockerfile, ["file": "one"])
        let cache = box.folder + "/cache"
        let first = try OtherMachine(box, "first")
        let second = try OtherMachine(box, "second")
        let made = try first.build("--cache-to", "type=local,dest=\(cache)", context)
        #expect(made.status == 0 && OtherMachine.cached(made) == 0, "\(made)")
        let taken = try second.build("--explain-cache", "--cache-from", "type=local,src=\(cache)", context)
        #expect(taken.status == 0 && OtherMachine.cached(taken) == 6, "\(taken)")
        #expect(taken.errors.contains("by: COPY file /copied (from \(cache))"), "\(taken)")
        #expect(try second("images", "-q", "--no-trunc").text == first("images", "-q", "--no-trunc").text)
        #expect(try second("system", "check").status == 0)
        // Now the store has it.
        let again = try second.build("--explain-cache", context)
        #expect(OtherMachine.cached(again) == 6 && !again.errors.contains(cache), "\(again)")
        // A third machine's comes from the second's, which made nothing itself.
        let next = box.folder + "/next"
        #expect(try second.build("--cache-to", "type=local,dest=\(next)", context).status == 0)
        let third = try OtherMachine(box, "third")
        #expect(OtherMachine.cached(try third.build("--cache-from", "type=local,src=\(next)", context)) == 6)
        // A file has changed: what comes before it is taken, and what reads none of it.
        try box.file("context/file", "two")
        let fourth = try OtherMachine(box, "fourth")
        let changed = try fourth.build("--cache-from", "type=local,src=\(next)", context)
        #expect(changed.status == 0 && OtherMachine.cached(changed) == 1, "\(changed)")
        #expect(try fourth("run", "--rm", "app", "cat", "/copied").output == "two")
        #expect(
            try fourth("run", "--rm", "app", "cat", "/made").output
                == first("run", "--rm", "app", "cat", "/made").output)
    }

    @Test func filesOfCacheMountsGoWithItWhereThatIsSaid() throws {
        let box = try box()
        let context = try box.context(dockerfile, ["file": "one"])
        let cache = box.folder + "/cache"
        let first = try OtherMachine(box, "first")
        try first.build("--cache-to", "type=local,dest=\(cache),mounts=true", context)
        let second = try OtherMachine(box, "second")
        let uncached = try second.build("--no-cache", "--cache-from", "type=local,src=\(cache)", context)
        #expect(uncached.status == 0 && OtherMachine.cached(uncached) == 0, "\(uncached)")
        #expect(try second("run", "--rm", "app", "cat", "/seen").output == "word\n")
        // What is there is not replaced.
        try second.build("--no-cache", "--cache-from", "type=local,src=\(cache)", context)
        #expect(try second("run", "--rm", "app", "cat", "/seen").output == "word\nword\n")
        try first.build("--cache-to", "type=local,dest=\(cache)", context)
        let third = try OtherMachine(box, "third")
        try third.build("--no-cache", "--cache-from", "type=local,src=\(cache)", context)
        #expect(try third("run", "--rm", "app", "cat", "/seen").output == "")
    }

    @Test func theSameDirectoryIsReadAndWritten() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nCOPY file /\nRUN cat /file > /seen\n", ["file": "one"])
        let flags = ["type=local,src=\(box.folder)/cache", "type=local,dest=\(box.folder)/cache"]
        var last: Set<String> = []
        for text in ["one", "one", "two"] {
            try box.file("context/file", text)
            let machine = try OtherMachine(box, UUID().uuidString)
            let built = try machine.build("--cache-from", flags[0], "--cache-to", flags[1], context)
            #expect(built.status == 0, "\(built)")
            #expect(built.errors.contains("is not used") == last.isEmpty, "there is none the first time: \(built)")
            #expect(try machine("run", "--rm", "app", "cat", "/seen").output == text)
            let blobs = Set(try FileManager.default.contentsOfDirectory(atPath: box.folder + "/cache/blobs/sha256"))
            #expect(blobs.count == 3 && (text == "two" || last.isEmpty || blobs == last))
            last = blobs
        }
    }

    @Test func damageIsAWarningAndAMiss() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nRUN echo one > /one\nRUN echo two > /two\n")
        let cache = box.folder + "/cache"
        try OtherMachine(box, "first").build("--cache-to", "type=local,dest=\(cache)", context)
        let blobs = try FileManager.default.contentsOfDirectory(atPath: cache + "/blobs/sha256")
        for (number, blob) in blobs.enumerated() {
            let path = "\(cache)/blobs/sha256/\(blob)"
            let whole = try Data(contentsOf: URL(fileURLWithPath: path))
            var damaged = whole
            damaged[damaged.count / 2] ^= 0xFF
            try damaged.write(to: URL(fileURLWithPath: path))
            let machine = try OtherMachine(box, "machine-\(number)")
            let built = try machine.build("--cache-from", "type=local,src=\(cache)", context)
            #expect(built.status == 0 && OtherMachine.cached(built) < 2, "\(built)")
            #expect(built.errors.contains("is not used") && built.errors.contains("damaged"), "\(built)")
            #expect(try machine("run", "--rm", "app", "cat", "/one", "/two").output == "one\ntwo\n")
            try whole.write(to: URL(fileURLWithPath: path))
        }
        let last = try OtherMachine(box, "last").build("--cache-from", "type=local,src=\(cache)", context)
        #expect(OtherMachine.cached(last) == 2, "\(last)")
    }

    @Test func aPlaceForNoCacheIsRefusedBeforeTheBuild() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nRUN echo ran > /dev/stderr\n")
        let machine = try OtherMachine(box, "first")
        for place in [context, TestMachine.archive("busybox"), "/proc/self"] {
            let built = try machine.build("--cache-to", "type=local,dest=\(place)", context)
            #expect(built.status != 0 && !built.errors.contains("ran"), "\(built)")
            #expect(built.errors.contains(place))
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: context) == ["Dockerfile"])
        // One that is not there, or is none, is where a first build starts.
        for place in ["\(box.folder)/missing", context] {
            let built = try machine.build("--cache-from", "type=local,src=\(place)", context)
            #expect(built.status == 0 && built.errors.contains("the cache in \(place) is not used"), "\(built)")
        }
    }

    @Test func aFailedBuildLeavesTheCacheAsItWas() throws {
        let box = try box()
        let context = try box.context("FROM busybox\nRUN echo one > /one\n")
        let cache = box.folder + "/cache"
        let machine = try OtherMachine(box, "first")
        try machine.build("--cache-to", "type=local,dest=\(cache)", context)
        let before = try box.shell("cd \(cache); find . -type f | xargs sha256sum").output
        try box.file("context/Dockerfile", "FROM busybox\nRUN false\n")
        #expect(try machine.build("--cache-to", "type=local,dest=\(cache)", context).status == 1)
        #expect(try box.shell("cd \(cache); find . -type f | xargs sha256sum").output == before)
    }
}
