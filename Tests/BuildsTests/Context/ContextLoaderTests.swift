// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import Builds

@Suite struct ContextLoaderTests {
    private let fixture: ContextFixture
    private var path: String { fixture.path }

    init() throws {
        fixture = try ContextFixture(
            """
            mkdir staging here; cd here; echo 'FROM scratch' > Dockerfile; echo a > a; echo a.log > .dockerignore; echo l > a.log
            mkdir sub; echo 'FROM other' > sub/Other
            """)
    }

    /// Loads with `input`, a shell command's output, on standard input.
    private func load(
        _ context: BuildRequest.ContextSource, _ dockerfile: BuildRequest.DockerfileChoice? = nil, input: String? = nil,
        fetcher: (any URLFetcher)? = nil
    ) throws -> LoadedContext {
        try loader(context, dockerfile, input: input, fetcher: fetcher).load(interruptedBy: SignalQueue(of: []))
    }

    private func loader(
        _ context: BuildRequest.ContextSource, _ dockerfile: BuildRequest.DockerfileChoice? = nil, input: String? = nil,
        fetcher: (any URLFetcher)? = nil
    ) throws -> ContextLoader {
        var request = BuildRequest()
        request.context = context
        request.dockerfile = dockerfile
        try fixture.shell("rm -rf staging; mkdir staging; \(input ?? "true") > input")
        let file = path + "/input"
        var loader = ContextLoader(request, directory: path + "/staging", fetcher: fetcher)
        loader.openInput = { () throws(SystemError) in try Descriptor.open(file, .readOnly) }
        return loader
    }

    private func text(_ loaded: LoadedContext) -> String { String(decoding: loaded.dockerfile, as: UTF8.self) }

    /// The files of a context, as a build sees them.
    private func files(_ context: ContextDescription) throws -> [String] {
        let tree = try context.open()
        var selector = try PathSelector(filter: tree.filter)
        var walk = try TreeWalk(of: try selector.path("/", in: tree), in: tree)
        var found: [String] = []
        while try walk.next() {
            for entry in walk.entries {
                let above = walk.path.isEmpty ? "" : String(decoding: walk.path, as: UTF8.self) + "/"
                found.append(above + walk.listing.name(of: entry.name).description)
            }
        }
        return found
    }

    @Test func `a directory has its Dockerfile in it, and an ignore file`() throws {
        let loaded = try load(.directory(path + "/here"))
        #expect(text(loaded) == "FROM scratch\n")
        #expect(loaded.dockerfileName == path + "/here/Dockerfile")
        #expect(try files(loaded.context) == [".dockerignore", "Dockerfile", "a", "sub", "sub/Other"])
        #expect(loaded.context.isLasting)
        #expect(loaded.context.time == nil)
        try fixture.shell("ln -s here there")
        #expect(try load(.directory(path + "/there/")).context.path == loaded.context.path)
    }

    @Test func `the name may be in lower case, and links stay in the context`() throws {
        try fixture.shell("cd here; mv Dockerfile dockerfile; ln -s /sub/Other link; ln -s /etc/hostname Dockerfile")
        // A link that leads nowhere in the context is no Dockerfile.
        #expect(try load(.directory(path + "/here")).dockerfileName.hasSuffix("/dockerfile"))
        try fixture.shell("cd here; ln -sfn /sub/Other Dockerfile")
        #expect(try text(load(.directory(path + "/here"))) == "FROM other\n")
    }

    @Test func `an ignore file beside the Dockerfile goes before that of the context`() throws {
        try fixture.shell("echo sub > here/Dockerfile.dockerignore; echo a > here/sub/Other.dockerignore")
        #expect(
            try files(load(.directory(path + "/here")).context)
                == [".dockerignore", "Dockerfile", "Dockerfile.dockerignore", "a", "a.log"])
        let other = try load(.directory(path + "/here"), .path(path + "/here/sub/Other"))
        #expect(text(other) == "FROM other\n")
        #expect(try !files(other.context).contains("a"))
        #expect(try files(other.context).contains("a.log"))
        // What is left out of the context is read all the same.
        try fixture.shell("rm here/*.dockerignore; printf 'Dockerfile\\n.dockerignore\\n' > here/.dockerignore")
        let hidden = try load(.directory(path + "/here"))
        #expect(text(hidden) == "FROM scratch\n")
        #expect(try files(hidden.context).first == "a")
    }

    @Test func `a Dockerfile may be anywhere, and may come on standard input`() throws {
        try fixture.shell("echo 'FROM elsewhere' > elsewhere")
        #expect(try text(load(.directory(path + "/here"), .path(path + "/elsewhere"))) == "FROM elsewhere\n")
        let loaded = try load(.directory(path + "/here"), .standardInput, input: "echo FROM input")
        #expect(text(loaded) == "FROM input\n")
        #expect(loaded.dockerfileName == "standard input")
        #expect(try files(loaded.context).contains("sub/Other"))
        #expect(try !files(loaded.context).contains("a.log"))
        #expect(throws: BuildError.self) { try load(.directory(path + "/here"), .standardInput, input: ":") }
    }

    @Test func `what is not there is said`() throws {
        func words(_ context: String, _ dockerfile: BuildRequest.DockerfileChoice? = nil) -> String? {
            #expect(throws: BuildError.self) { try load(.directory(context), dockerfile) }?.words
        }
        #expect(words(path + "/none") == "there is no directory \(path)/none to build from")
        #expect(words(path + "/here/a")?.hasPrefix("\(path)/here/a is no directory: ") == true)
        #expect(
            words(path + "/here/sub") == "there is no Dockerfile in \(path)/here/sub: name another file with -f")
        try fixture.shell("mv here/sub/Other here/sub/Dockerfile.dev; touch here/sub/Dockerfile.dockerignore")
        #expect(
            words(path + "/here/sub")
                == "there is no Dockerfile in \(path)/here/sub: did you mean -f \(path)/here/sub/Dockerfile.dev?")
        #expect(words(path + "/here", .path("/nowhere/x")) == "there is no Dockerfile /nowhere/x")
        #expect(
            words(path + "/here", .path("sub/Dockerfile.dev"))
                == "there is no Dockerfile sub/Dockerfile.dev: -f is a path from here, not from the context: write -f "
                + "\(path)/here/sub/Dockerfile.dev")
        #expect(words(path + "/here", .path(path))?.hasPrefix("cannot read the Dockerfile ") == true)
        try fixture.shell("rm here/Dockerfile; mkfifo here/Dockerfile")
        #expect(words(path + "/here") == "Dockerfile in \(path)/here is no file")
    }

    @Test(arguments: ["cat", "gzip", "zstd -q", "bzip2", "xz"])
    func `standard input may be an archive of the context`(compressor: String) throws {
        let loaded = try load(
            .standardInput, input: "touch -d @1000000000 here/a; tar -C here -c . | (\(compressor))")
        #expect(text(loaded) == "FROM scratch\n")
        // No ignore file takes part: whoever made the archive chose.
        #expect(try files(loaded.context) == [".dockerignore", "Dockerfile", "a", "a.log", "sub", "sub/Other"])
        #expect(!loaded.context.isLasting)
        #expect(loaded.context.time ?? 0 > 1_700_000_000)
        #expect(try fixture.shell("find staging -name input | wc -l") == "0\n")
        #expect(try text(load(.standardInput, .path("sub/Other"), input: "tar -C here -c .")) == "FROM other\n")
        #expect(throws: BuildError.self) { try load(.standardInput, .path("none"), input: "tar -C here -c .") }
    }

    @Test func `an archive leaves nothing outside of its directory`() throws {
        let loaded = try load(
            .standardInput,
            input: """
                mkdir -p t/x; ln -s / t/x/out; touch t/x/Dockerfile t/f t/.wh.g; tar -c -C t x/out > i.tar
                tar -r -C t -f i.tar --transform 's,^f,x/out/escaped,' f; tar -r -P -C t -f i.tar --transform 's,^f,/abs,' f
                tar -r -C t -f i.tar --transform 's,^x/D,D,' x/Dockerfile; tar -r -C t -f i.tar .wh.g; cat i.tar
                """)
        #expect(try fixture.shell("ls /escaped /abs 2>&1 | grep -c 'No such'") == "2\n")
        let found = try files(loaded.context)
        #expect(
            found.contains("abs") && found.contains("escaped") && found.contains("Dockerfile")
                && found.contains(".wh.g"))
    }

    @Test func `standard input may be a Dockerfile, and then there is no context`() throws {
        let loaded = try load(.standardInput, input: "echo FROM input")
        #expect(text(loaded) == "FROM input\n")
        #expect(try files(loaded.context) == [])
        #expect(throws: BuildError.self) { try load(.standardInput, input: ":") }
        #expect(throws: BuildError.self) { try load(.standardInput, .path("x"), input: "echo FROM input") }
        #expect(throws: BuildError.self) { try load(.standardInput, .standardInput, input: "echo FROM input") }
        #expect(throws: BuildError.self) { try load(.standardInput, input: "tar -C here -c . | gzip | head -c 60") }
    }

    private struct Copying: URLFetcher {
        let path: String
        func fetch(
            _ address: String, checksum: Digest?, into directory: borrowing Descriptor,
            interruptedBy signals: borrowing SignalQueue
        ) throws(BuildError) -> Download {
            do throws(SystemError) {
                let bytes = try Descriptor.contents(of: path)
                try directory.open("fetched", [.writeOnly, .create, .exclusive], mode: 0o600).write(bytes)
            } catch {
                throw BuildError(.missing, "cannot fetch \(address)", cause: error)
            }
            return Download(
                name: "fetched", digest: Digest(sha256: [UInt8](repeating: 0, count: 32)),
                modified: FileTime(seconds: 7, nanoseconds: 0))
        }
    }

    @Test func `a URL leads to an archive or to a Dockerfile`() throws {
        try fixture.shell("tar -C here -cz . > t.tgz; echo FROM url > d")
        let archive = try load(.url("https://example.com/t"), fetcher: Copying(path: path + "/t.tgz"))
        #expect(text(archive) == "FROM scratch\n")
        #expect(archive.context.time == 7)
        let single = try load(.url("https://example.com/d"), fetcher: Copying(path: path + "/d"))
        #expect(text(single) == "FROM url\n")
        #expect(try files(single.context) == [])
        let none = #expect(throws: BuildError.self) { try load(.url("https://example.com/d")) }
        #expect(none?.code == .unsupported)
    }

    @Test func `a repository is a context`() throws {
        try fixture.shell(
            """
            export HOME=$PWD; git config --global user.email a@example.com; git config --global user.name A
            cd here; git init -q; git add -A; git commit -qm one
            """)
        #expect(throws: BuildError.self) { try load(.git("https://example.com/none")) }
        // By the way that a reference is taken; addresses of files are none on the command line.
        let checkout = try GitCheckout(
            of: GitReference(remote: "file://\(path)/here", subdirectory: "sub"),
            into: Descriptor.open(path + "/staging", [.readOnly, .directory]), interruptedBy: SignalQueue(of: []))
        #expect(checkout.place == "sub")
    }

    @Test func `named contexts are directories with their own ignore file, or what a URL leads to`() throws {
        let directory = try loader(.directory(".")).load(
            named: "docs", .directory(path + "/here"), interruptedBy: SignalQueue(of: []))
        #expect(directory.name == "the context docs")
        #expect(try !files(directory).contains("a.log"))
        try fixture.shell("tar -C here -cz . > t.tgz; echo FROM url > d")
        let single = try loader(.directory("."), fetcher: Copying(path: path + "/d")).load(
            named: "one/two", .url("https://example.com/a/file.txt?x=1"), interruptedBy: SignalQueue(of: []))
        #expect(try files(single) == ["file.txt"])
        let archive = try loader(.directory("."), fetcher: Copying(path: path + "/t.tgz")).load(
            named: "x", .url("https://example.com/t"), interruptedBy: SignalQueue(of: []))
        #expect(try files(archive).contains("a.log"))
        #expect(throws: BuildError.self) {
            try loader(.directory(".")).load(named: "x", .image("alpine"), interruptedBy: SignalQueue(of: []))
        }
    }

    @Test(arguments: [
        ("https://example.com/a/b.tar.gz", "b.tar.gz"), ("https://example.com/a/?x=y/z", "a"),
        ("https://example.com", "__unnamed__"), ("https://example.com/", "__unnamed__"),
        ("http://example.com/x#frag/y", "x"), ("https://example.com/..", "__unnamed__"),
        ("http://example.com/a\u{600}/..", "__unnamed__"), ("http://example.com/a#\u{301}/b", "a"),
    ])
    func `a file is called as the last part of its address`(address: String, name: String) {
        #expect(RemoteSource.fileName(ofAddress: address) == name)
    }
}
