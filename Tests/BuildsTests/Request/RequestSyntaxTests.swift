// SPDX-License-Identifier: Apache-2.0
import Engine
import Images
import OCI
import Testing

@testable import Builds

/// The message that `read` refuses `text` with, or nil where it does not.
private func refusal<Value>(_ text: String, _ read: (String) throws(SyntaxError) -> Value) -> String? {
    do {
        _ = try read(text)
        return nil
    } catch { return "\(error)" }
}

@Suite struct SecretSyntaxTests {
    @Test(arguments: [
        ("id=a,src=/x", BuildRequest.SecretSource.Place.file("/x")), ("source=/x,id=a", .file("/x")),
        ("id=a,env=B", .variable("B")), ("type=file,id=a,src=x", .file("x")), ("type=env,id=a,src=B", .variable("B")),
        ("type=env,id=a", .variable("a")), ("type=file,id=SET", .file("SET")), ("id=SET", .variable("SET")),
        ("id=a", .file("a")), ("id=a,\"src=/x,y\"", .file("/x,y")), ("ID=a,Src=/x", .file("/x")),
    ]) func readsWhatDockerReads(text: String, place: BuildRequest.SecretSource.Place) throws {
        #expect(try SecretArgument(parsing: text).source { $0 == "SET" }.place == place)
    }

    @Test(arguments: [
        ("src=/x", "'src=/x' has no id: write id=NAME, as RUN --mount=type=secret,id=NAME has it"),
        ("id=a,src=x,env=y", "'id=a,src=x,env=y' has both a file and a variable: write src=PATH or env=NAME"),
        ("id=a,type=x", "'id=a,type=x' has the unknown type 'x': write type=file or type=env"),
        ("id=a,srcc=x", "'id=a,srcc=x' has 'srcc', which a secret does not know: did you mean src?"),
        ("a", "'a' has the word 'a': write KEY=VALUE"),
        ("id=a,id=b", "'id=a,id=b' has the key 'id' twice: write it once"),
        ("id=a,type=file,env=b", "'id=a,type=file,env=b' has a variable for type=file: write type=env"),
    ]) func saysWhatIsWrong(text: String, message: String) {
        #expect(refusal(text, SecretArgument.init(parsing:)) == message)
    }
}

@Suite struct AgentSyntaxTests {
    @Test func readsIdsAndSockets() throws {
        #expect(try BuildRequest.AgentSource(parsing: "default") == .init(id: "default", socket: nil))
        #expect(try BuildRequest.AgentSource(parsing: "git=/run/a.sock") == .init(id: "git", socket: "/run/a.sock"))
        #expect(refusal("=x", BuildRequest.AgentSource.init(parsing:)) != nil)
        #expect(refusal("a=", BuildRequest.AgentSource.init(parsing:)) != nil)
        #expect(
            refusal("a=k1,k2", BuildRequest.AgentSource.init(parsing:))
                == "'a=k1,k2' names several keys: load them with ssh-add, and write a or a=SOCKET")
    }
}

@Suite struct CacheSyntaxTests {
    private typealias Source = BuildRequest.CacheSource
    private typealias Target = BuildRequest.CacheTarget

    @Test func readsDirectories() throws {
        #expect(try Source(parsing: "type=local,src=/c") == .directory("/c"))
        var target = Target(.directory("/c"))
        #expect(try Target(parsing: "type=local,dest=/c") == target)
        target.includesMounts = true
        #expect(try Target(parsing: "type=local,dest=/c,mode=max,mounts=true") == target)
        target.isMinimal = true
        target.ignoresErrors = true
        #expect(try Target(parsing: "type=local,dest=/c,mode=min,mounts=true,ignore-error=true") == target)
    }

    @Test func readsRegistries() throws {
        let name = try ImageReference("registry.example/team/app:cache")
        for text in ["registry.example/team/app:cache", "type=registry,ref=registry.example/team/app:cache"] {
            #expect(try Source(parsing: text) == .registry(name))
            var target = Target(.registry(name))
            // Docker's own choice.
            target.isMinimal = true
            #expect(try Target(parsing: text) == target)
        }
        var target = Target(.registry(name))
        target.compression = CacheCompression(isGzip: true, level: 9, isForced: true)
        target.ignoresErrors = true
        #expect(
            try Target(
                parsing: "type=registry,ref=registry.example/team/app:cache,mode=max,compression=gzip,"
                    + "compression-level=9,force-compression=true,ignore-error=true,oci-mediatypes=true,"
                    + "image-manifest=true") == target)
        var image = Target(.image)
        image.isMinimal = true
        #expect(try Target(parsing: "type=inline") == image)
    }

    @Test(arguments: [
        (
            "type=gha",
            "'type=gha' has the unsupported type 'gha': write type=local,src=DIR or type=registry,ref=NAME"
        ),
        ("src=/c", "'src=/c' has no type: write type=local,src=DIR or type=registry,ref=NAME"),
        ("type=local", "'type=local' has no directory to read: write src=DIR"),
        ("type=registry", "'type=registry' has no name of a cache: write ref=NAME"),
        ("type=inline", "'type=inline' is no place to read from: name the image: type=registry,ref=NAME"),
    ]) func saysWhereElseACacheIs(text: String, message: String) {
        #expect(refusal(text, Source.init(parsing:)) == message)
    }

    @Test(arguments: [
        (
            "type=registry,ref=app,mode=some",
            "'type=registry,ref=app,mode=some' has mode=some: write mode=min or mode=max"
        ),
        (
            "type=registry,ref=app,compression=estargz",
            "'type=registry,ref=app,compression=estargz' has compression=estargz: "
                + "write compression=zstd or compression=gzip"
        ),
        (
            "type=registry,ref=app,compression=gzip,compression-level=12",
            "'type=registry,ref=app,compression=gzip,compression-level=12' has compression-level=12: "
                + "write 0 to 9 of gzip"
        ),
        (
            "type=inline,mode=max",
            "'type=inline,mode=max' has mode=max: an image has its own layers alone: leave it out, "
                + "or write type=registry"
        ),
    ]) func saysWhatACacheCannotBe(text: String, message: String) {
        #expect(refusal(text, Target.init(parsing:)) == message)
    }
}

@Suite struct AttestationSyntaxTests {
    @Test(arguments: [
        ("type=sbom", AttestationArgument.sbom(true)), ("type=sbom,disabled=true", .sbom(false)),
        ("type=provenance", .provenance(.min)), ("type=provenance,mode=max", .provenance(.max)),
        ("type=provenance,mode=max,version=v1", .provenance(.max)), ("type=provenance,disabled=1", .provenance(.none)),
    ]) func readsTheLongForm(text: String, value: AttestationArgument) throws {
        #expect(try AttestationArgument(parsing: text) == value)
    }

    @Test(
        arguments: [
            (nil, AttestationArgument.provenance(.min)), ("true", .provenance(.min)), ("false", .provenance(.none)),
            ("max", .provenance(.max)), ("mode=max", .provenance(.max)),
        ] as [(String?, AttestationArgument)]) func readsProvenance(text: String?, value: AttestationArgument) throws
    {
        #expect(try AttestationArgument(parsingProvenance: text) == value)
    }

    @Test(arguments: [
        "type=x", "mode=max", "type=provenance,mode=all", "type=sbom,generator=x", "type=sbom,mode=max", "",
    ])
    func refuses(text: String) {
        #expect(refusal(text, AttestationArgument.init(parsing:)) != nil)
    }

    @Test func readsSBOM() throws {
        #expect(try AttestationArgument(parsingSBOM: nil) == .sbom(true))
        #expect(try AttestationArgument(parsingSBOM: "false") == .sbom(false))
        #expect(
            refusal("generator=x") { (text) throws(SyntaxError) in try AttestationArgument(parsingSBOM: text) } != nil)
    }
}

@Suite struct ContextSyntaxTests {
    @Test(arguments: [
        (".", BuildRequest.ContextSource.directory(".")), ("-", .standardInput), ("./logs", .directory("./logs")),
        ("https://example.org/a.tar", .url("https://example.org/a.tar")),
        ("https://example.org/a.git#main:sub", .git("https://example.org/a.git#main:sub")),
        ("git@example.org:a/b", .git("git@example.org:a/b")), ("git://h/a", .git("git://h/a")),
        ("github.com/a/b", .git("github.com/a/b")), ("a:b", .directory("a:b")),
    ]) func tellsDirectoriesFromAddresses(text: String, source: BuildRequest.ContextSource) throws {
        #expect(try BuildRequest.ContextSource(parsing: text) == source)
    }

    @Test(arguments: [
        ("a=docker-image://debian:12", BuildRequest.ContextSource.image("debian:12")), ("a=./b", .directory("./b")),
        ("a=oci-layout://l:1", .layout("l:1")), ("a=target:b", .stage("b")),
        ("debian:12=https://h/x.git", .git("https://h/x.git")),
    ]) func readsNamedContexts(text: String, source: BuildRequest.ContextSource) throws {
        #expect(try NamedContextArgument(parsing: text).source == source)
    }

    @Test(arguments: ["", "a", "=b", "a=", "a=-", "a=docker-image://", "a=target:"]) func refuses(text: String) {
        #expect(refusal(text, NamedContextArgument.init(parsing:)) != nil)
    }

    @Test func readsNetworksAndRights() throws {
        #expect(try BuildRequest.network(parsing: "none") == .mode(.bare))
        #expect(try BuildRequest.network(parsing: "host") == .mode(.host))
        #expect(try BuildRequest.network(parsing: "bridge") == .network(.bridge))
        #expect(try BuildRequest.network(parsing: "lab") == .network(NetworkArgument(name: "lab")))
        #expect(
            refusal("container:web", BuildRequest.network(parsing:))
                == "'container:web' is no network of a build: write none, host or the name of a network")
        #expect(try BuildRequest.Entitlement(parsing: "network.host") == .hostNetwork)
        #expect(
            refusal("network.hots", BuildRequest.Entitlement.init(parsing:))
                == "'network.hots' is nothing that can be allowed: did you mean network.host?")
    }
}
