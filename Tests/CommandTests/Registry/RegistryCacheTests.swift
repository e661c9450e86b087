// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `--cache-to` and `--cache-from` with a registry between the machines.
@Suite(.commands, .emptyBox, .enabled(if: RegistryBox.isHere, "needs docker-registry and minibox-fetch"))
struct RegistryCacheTests {
    private let dockerfile = """
        FROM busybox AS made
        RUN head -c 20 /dev/urandom | sha256sum > /made
        COPY file /copied
        FROM busybox
        COPY --from=made /made /copied /
        WORKDIR /made-here
        RUN head -c 20 /dev/urandom | sha256sum > /last
        """

    /// The blobs that the registry has.
    private func blobs(_ registry: RegistryBox) throws -> Set<String> {
        Set(
            try registry.box.shell(
                "find \(registry.box.folder)/registry-*/data -path '*/v2/blobs/*/data' | xargs -rn1 dirname | xargs -rn1 basename"
            ).lines)
    }

    @Test func anEmptyStoreHasAllOfTheFormerBuild() throws {
        let registry = try RegistryBox(try box())
        let context = try registry.box.context(dockerfile, ["file": "one"])
        let cache = registry.name("app:cache")
        let first = try OtherMachine(registry.box, "first", registry.environment)
        let made = try first.build("--cache-to", "type=registry,ref=\(cache),mode=max", context)
        #expect(made.status == 0 && OtherMachine.cached(made) == 0, "\(made)")
        let second = try OtherMachine(registry.box, "second", registry.environment)
        let taken = try second.build("--explain-cache", "--cache-from", "type=registry,ref=\(cache)", context)
        #expect(taken.status == 0 && OtherMachine.cached(taken) == 5, "\(taken)")
        #expect(taken.errors.contains("by: COPY file /copied (from \(cache))"), "\(taken)")
        #expect(try second("images", "-q", "--no-trunc").text == first("images", "-q", "--no-trunc").text)
        #expect(try second("system", "check").output.contains("all is whole"))
        // Now the store has it, and nobody is asked.
        let again = try second.build("--explain-cache", context)
        #expect(OtherMachine.cached(again) == 5 && !again.errors.contains(cache), "\(again)")
        // A third machine's comes from the second's, which made nothing itself; a name alone is one of a registry.
        let next = registry.name("other:cache")
        #expect(try second.build("--cache-to", "type=registry,ref=\(next),mode=max", context).status == 0)
        let third = try OtherMachine(registry.box, "third", registry.environment)
        #expect(OtherMachine.cached(try third.build("--cache-from", next, context)) == 5)
        #expect(try third.read("/made") == first.read("/made"))
        // Only what is in the image, as docker does it where nothing is said.
        #expect(try first.build("--cache-to", registry.name("small:cache"), context).status == 0)
        let fourth = try OtherMachine(registry.box, "fourth", registry.environment)
        let small = try fourth.build("--cache-from", registry.name("small:cache"), context)
        #expect(
            small.status == 0 && OtherMachine.cached(small) == 0, "the first stage is made anew, and differs: \(small)")
    }

    @Test func onlyWhatIsMissingIsSentAndOnlyWhatIsFoundIsFetched() throws {
        let registry = try RegistryBox(try box())
        let flags = ["type=registry,ref=\(registry.name("app:cache"))"]
        let context = try registry.box.context(
            "FROM busybox\nRUN echo one > /one\nCOPY file /\nRUN cat /file > /seen\n", ["file": "one"])
        let first = try OtherMachine(registry.box, "first", registry.environment)
        #expect(try first.build("--cache-to", flags[0], context).status == 0)
        let before = try blobs(registry)
        // Three archives, the list and the manifest.
        #expect(before.count == 5)
        #expect(try first.build("--cache-to", flags[0], context).status == 0)
        #expect(try blobs(registry) == before)
        // Another machine that has but what it takes; the file is another one.
        try registry.box.file("context/file", "two")
        let second = try OtherMachine(registry.box, "second", registry.environment)
        let built = try second.build("--cache-from", flags[0], "--cache-to", flags[0], context)
        #expect(built.status == 0 && OtherMachine.cached(built) == 1 && !built.errors.contains("not used"), "\(built)")
        #expect(try second.read("/seen") == "two")
        let new = try blobs(registry).subtracting(before)
        #expect(new.count == 4, "two archives, a list and a manifest")
        // Archives that nobody asks for may be missing: those of the file's former contents, and those after it.
        let third = try OtherMachine(registry.box, "third", registry.environment)
        let data = "\(registry.box.folder)/registry-*/data/docker/registry/v2/blobs/sha256"
        let removed = try registry.box.shell(
            """
            for blob in \(new.joined(separator: " ")); do
                file=$(echo \(data)/*/$blob/data); case $(head -c 1 $file) in '{') ;; *) rm $file;; esac
            done
            """)
        #expect(removed.status == 0, "\(removed)")
        try registry.box.file("context/file", "three")
        let last = try third.build("--cache-from", flags[0], context)
        #expect(last.status == 0 && OtherMachine.cached(last) == 1 && !last.errors.contains("not used"), "\(last)")
        // What it names and has not any more is made and sent again.
        try registry.box.file("context/file", "two")
        #expect(try second.build("--cache-to", flags[0], context).status == 0)
        let fourth = try OtherMachine(registry.box, "fourth", registry.environment)
        let whole = try fourth.build("--cache-from", flags[0], context)
        #expect(OtherMachine.cached(whole) == 3 && !whole.errors.contains("not used"), "\(whole)")
    }

    @Test func aRegistryThatIsAwayIsAWarningToReadAndAnErrorToWrite() throws {
        let registry = try RegistryBox(try box())
        let cache = "type=registry,ref=\(registry.name("app:cache"))"
        let context = try registry.box.context("FROM busybox\nRUN echo one > /one\n")
        let machine = try OtherMachine(registry.box, "machine", registry.environment)
        let none = try machine.build("--cache-from", cache, context)
        #expect(none.status == 0 && none.errors.contains("is not used") && none.errors.contains("404"), "\(none)")
        // What is an image, and says nothing of its steps.
        #expect(try machine("tag", "app", registry.name("app:1")).status == 0)
        #expect(try machine("push", "-q", registry.name("app:1")).status == 0)
        let other = try machine.build("--cache-from", registry.name("app:1"), context)
        #expect(other.status == 0 && other.errors.contains("is no cache that minibox has written"), "\(other)")
        registry.server.stop()
        // Tried once is enough here.
        try registry.box.file("registries.json", #"{"retries":0}"#)
        let away = try machine.build("--cache-from", cache, context)
        #expect(away.status == 0 && away.errors.contains("is not used"), "\(away)")
        let written = try machine.build("--cache-to", cache, context)
        #expect(written.status == 125 && written.errors.contains("cannot write the cache to"), "\(written)")
        let ignored = try machine.build("--cache-to", cache + ",ignore-error=true", context)
        #expect(ignored.status == 0 && ignored.errors.contains("cannot write the cache to"), "\(ignored)")
        #expect(try machine("system", "check").output.contains("all is whole"))
    }

    /// What a registry says in the place of what was written.
    private enum Lie: String, CaseIterable {
        /// The bytes of the first archive are others.
        case bytes
        /// The list names one archive for the layers of the other, and the other way round.
        case exchanged
        /// The list says another size.
        case sizes
        /// A record leads to the layer of another step, which is what it says it is.
        case records
        /// The list is none.
        case list
    }

    @Test(arguments: Lie.allCases.map(\.rawValue)) func whatARegistryLiesAboutIsNotTaken(_ lie: String) throws {
        let registry = try RegistryBox(try box())
        let cache = registry.name("app:cache")
        let context = try registry.box.context("FROM busybox\nRUN echo one > /one\nRUN echo two > /two\n")
        #expect(
            try OtherMachine(registry.box, "first", registry.environment).build("--cache-to", cache, context).status
                == 0)
        let told = try registry.box.shell("python3 - <<'END'\n\(Self.liar(registry, lie))\nEND")
        #expect(told.status == 0, "\(told)")
        let machine = try OtherMachine(registry.box, "machine", registry.environment)
        let built = try machine.build("--cache-from", cache, context)
        #expect(built.status == 0 && OtherMachine.cached(built) < 2, "\(built)")
        #expect(built.errors.contains("is not used"), "\(built)")
        #expect(try machine("run", "--rm", "app", "cat", "/one", "/two").output == "one\ntwo\n")
        #expect(try machine("system", "check").output.contains("all is whole"))
        // Nothing of it is remembered.
        let again = try machine.build(context)
        #expect(OtherMachine.cached(again) == 2, "\(again)")
        #expect(try machine("run", "--rm", "app", "cat", "/one", "/two").output == "one\ntwo\n")
    }

    private static func liar(_ registry: RegistryBox, _ lie: String) -> String {
        #"""
        import glob, hashlib, json, urllib.request
        base, lie = "http://\#(registry.server.name)/v2/app", "\#(lie)"
        kind = "application/vnd.oci.image.manifest.v1+json"
        def call(method, address, data=None, headers={}):
            return urllib.request.urlopen(urllib.request.Request(address, data, headers, method=method))
        manifest = json.load(call("GET", base + "/manifests/cache", headers={"Accept": kind}))
        cache = json.load(call("GET", base + "/blobs/" + manifest["config"]["digest"]))
        layers = cache["layers"]
        if lie == "bytes":
            for layer in layers:
                name = layer["archive"]["digest"][7:]
                [path] = glob.glob(f"\#(registry.box.folder)/registry-*/data/docker/registry/v2/blobs/sha256/*/{name}/data")
                data = bytearray(open(path, "rb").read())
                data[len(data) // 2] ^= 255
                open(path, "wb").write(data)
        if lie == "exchanged": layers[0]["archive"], layers[1]["archive"] = layers[1]["archive"], layers[0]["archive"]
        if lie == "sizes":
            for layer in layers: layer["archive"]["size"] += 1
        if lie == "records":
            for record in cache["records"]: record["diffID"] = "sha256:" + "5" * 64
            for layer in layers: layer["diffID"] = "sha256:" + "5" * 64
        text = json.dumps(cache).encode() if lie != "list" else b'{"records":[7],"layers":[],"mounts":[]}'
        digest = "sha256:" + hashlib.sha256(text).hexdigest()
        place = call("POST", base + "/blobs/uploads/", b"").headers["Location"]
        call("PUT", place + ("&" if "?" in place else "?") + "digest=" + digest, text, {"Content-Type": "application/octet-stream"})
        manifest["config"].update(digest=digest, size=len(text))
        call("PUT", base + "/manifests/cache", json.dumps(manifest).encode(), {"Content-Type": kind})
        """#
    }

    @Test func anImageTellsOfItsOwnSteps() throws {
        let registry = try RegistryBox(try box())
        let context = try registry.box.context(
            "FROM busybox\nRUN head -c 20 /dev/urandom | sha256sum > /made\nCOPY file /copied\n", ["file": "one"])
        let name = registry.name("app:1")
        let first = try OtherMachine(registry.box, "first", registry.environment)
        let built = try first.build("--cache-to", "type=inline", "--push", context, tag: name)
        #expect(built.status == 0, "\(built)")
        let second = try OtherMachine(registry.box, "second", registry.environment)
        let taken = try second.build("--explain-cache", "--cache-from", name, context)
        #expect(
            taken.status == 0 && OtherMachine.cached(taken) == 2 && taken.errors.contains("(from \(name))"), "\(taken)")
        #expect(try second.read("/made") == first("run", "--rm", name, "cat", "/made").output)
        // Without it, an image is as it was.
        let plain = try first.build(context, tag: "plain")
        #expect(plain.status == 0 && OtherMachine.cached(plain) == 2, "\(plain)")
        #expect(try !first("manifest", "inspect", "plain").output.contains("minibox.build-cache"))
        #expect(try first("manifest", "inspect", name).output.contains("minibox.build-cache"))
        #expect(
            try first("image", "inspect", "-f", "{{.Id}}", "plain").output
                == first("image", "inspect", "-f", "{{.Id}}", name).output)
    }

    @Test func cacheMountsAndCompressionAreAsAsked() throws {
        let registry = try RegistryBox(try box())
        let context = try registry.box.context(
            """
            FROM busybox
            RUN --mount=type=cache,id=words,target=/words cat /words/* >> /seen 2> /dev/null; echo word >> /words/list
            """)
        let cache = registry.name("app:cache")
        let first = try OtherMachine(registry.box, "first", registry.environment)
        #expect(
            try first.build(
                "--cache-to", "type=registry,ref=\(cache),mounts=true,compression=gzip,compression-level=9", context
            ).status == 0)
        let manifest = try first("manifest", "inspect", cache).output
        #expect(manifest.contains("tar+gzip") && !manifest.contains("zstd"), "\(manifest)")
        let second = try OtherMachine(registry.box, "second", registry.environment)
        let uncached = try second.build("--no-cache", "--cache-from", cache, context)
        #expect(uncached.status == 0 && OtherMachine.cached(uncached) == 0, "\(uncached)")
        #expect(try second.read("/seen") == "word\n")
        #expect(
            try second.build(
                "--cache-to", "type=registry,ref=\(cache),compression=zstd,force-compression=true", context
            ).status == 0)
        #expect(try !second("manifest", "inspect", cache).output.contains("tar+gzip"))
    }
}
