// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// How registries are reached by the commands: mirrors, certificates, proxies, and layers that are elsewhere.
@Suite(.commands, .emptyBox, .enabled(if: RegistryBox.isHere, "needs docker-registry and minibox-fetch"))
struct RegistryReachTests {
    /// Pushes an image, and tells the digest of its manifest.
    private func push(_ box: RegistryBox, _ name: String) throws -> String {
        _ = try box.build(name)
        let pushed = try box("push", "-q", box.name(name))
        #expect(pushed.status == 0, "\(pushed)")
        return try box("image", "inspect", "-f", "{{.Digest}}", box.name(name)).text
    }

    @Test func mirrorsAreReadFromAndNotWrittenTo() throws {
        let box = try RegistryBox(try box())
        let digest = try push(box, "library/app:1")
        let mirror = try RegistryServer(folder: box.box.folder)
        box.box.atEnd { mirror.stop() }
        // Nobody is at the first, and the second has nothing: the registry itself has it, and is the one that is written to.
        let mirrors = #"["http://127.0.0.1:1","\#(mirror.address)"]"#
        try box.say(#""up.test":{"address":"\#(box.server.address)","mirrors":\#(mirrors)}"#)
        let fromItself = try box.fresh("pull", "up.test/library/app:1")
        #expect(fromItself.status == 0 && fromItself.lines.contains("Digest: \(digest)"), "\(fromItself)")
        #expect(try box.fresh("tag", "up.test/library/app:1", "up.test/other:2").status == 0)
        let pushed = try box.fresh("push", "-q", "up.test/other:2")
        #expect(pushed.status == 0, "\(pushed)")
        #expect(try box("registry", "tags", box.name("other")).text == "2")
        let none = try box("registry", "tags", "\(mirror.name)/other")
        #expect(none.status == 125 && none.errors.contains("404"), "\(none)")
        // What a mirror has is not asked for anywhere else; docker.io's is what names without a host mean.
        try box.say(#""docker.io":{"address":"http://127.0.0.1:1","mirrors":["\#(box.server.address)"]}"#)
        let fromMirror = try box.fresh("pull", "app:1")
        #expect(fromMirror.lines.last == "docker.io/library/app:1", "\(fromMirror)")
        #expect(try box.fresh("run", "--rm", "--pull", "never", "app:1").output == "hi\n")
    }

    @Test func aCertificateOfTheClientIsShown() throws {
        let box = try RegistryBox(try box(), hasTLS: true, asksClient: true)
        let (certificate, key) = try #require(box.server.client)
        let authority = box.server.authority ?? ""
        _ = try box.build("app:1")
        let refused = try box("push", box.name("app:1"))
        #expect(refused.status == 125 && refused.errors.contains("client's certificate"), "\(refused)")
        let identity = #""certificate":"\#(certificate)","key":"\#(key)""#
        try box.say(#""\#(box.server.name)":{"ca":"\#(authority)",\#(identity)}"#)
        let pushed = try box("push", "-q", box.name("app:1"))
        #expect(pushed.status == 0, "\(pushed)")
        #expect(try box.fresh("pull", "-q", box.name("app:1")).status == 0)
        // Half of it is a mistake, and so is a file that is none.
        try box.say(#""\#(box.server.name)":{"ca":"\#(authority)","certificate":"\#(certificate)"}"#)
        let half = try box("pull", box.name("app:1"))
        #expect(half.status == 125 && half.errors.contains("needs its key"), "\(half)")
        try box.say(#""\#(box.server.name)":{"ca":"/nowhere/ca.pem"}"#)
        let none = try box("pull", box.name("app:1"))
        #expect(none.status == 125 && none.errors.contains("/nowhere/ca.pem"), "\(none)")
    }

    /// As docker and podman have them: in a folder of the registry's name.
    @Test func certificatesAreTakenFromWhereDockerHasThem() throws {
        let box = try RegistryBox(try box(), hasTLS: true, asksClient: true)
        let (certificate, key) = try #require(box.server.client)
        let authority = try #require(box.server.authority)
        _ = try box.build("app:1")
        try box.say(#""\#(box.server.name)":{"ca":"\#(authority)","certificate":"\#(certificate)","key":"\#(key)"}"#)
        #expect(try box("push", "-q", box.name("app:1")).status == 0)
        try box.say("")
        // By this name it is no registry of this machine, which would be asked insecurely.
        let proxy = try ProxyServer()
        box.box.atEnd { proxy.stop() }
        let name = "registry.test:\(box.server.port)"
        let etc = "\(box.box.folder)/etc"
        func pull(_ prepare: String) throws -> Outcome {
            try box.box.shell(
                """
                export MINIBOX_FETCH=\(RegistryBox.program) MINIBOX_REGISTRIES=\(box.box.folder)/registries.json
                export MINIBOX_ROOT=\(box.freshRoot) HTTPS_PROXY=\(proxy.address)
                [ -d \(etc) ] || cp -a /etc \(etc)
                cd \(etc) && \(prepare)
                exec unshare --mount --propagation private sh -c 'mount --bind \(etc) /etc && exec $MINIBOX pull -q \(name)/app:1'
                """, timeout: 90)
        }
        let stranger = try pull("rm -rf docker/certs.d containers/certs.d")
        #expect(stranger.status == 125 && stranger.errors.contains("signed by nobody"), "\(stranger)")
        let nobody = try pull("mkdir -p docker/certs.d/\(name) && cp \(authority) docker/certs.d/\(name)/ca.crt")
        #expect(nobody.status == 125 && nobody.errors.contains("client's certificate"), "\(nobody)")
        let half = try pull(
            "mkdir -p containers/certs.d/\(name) && cp \(certificate) containers/certs.d/\(name)/us.cert")
        #expect(half.status == 125 && half.errors.contains("us.key"), "\(half)")
        let pulled = try pull("cp \(key) containers/certs.d/\(name)/us.key")
        #expect(pulled.output == "\(name)/app:1\n", "\(pulled)")
    }

    @Test func whoseCertificateIsProvenByNobodyIsNotBelieved() throws {
        let box = try RegistryBox(try box(), .password, hasTLS: true)
        _ = try box.build("app:1")
        try box.login()
        #expect(try box("push", "-q", box.name("app:1")).status == 0)
        // By this name it is no registry of this machine, which would be asked insecurely.
        let proxy = try ProxyServer()
        box.box.atEnd { proxy.stop() }
        let name = "registry.test:\(box.server.port)"
        let environment = box.environment.merging(["HTTPS_PROXY": proxy.address, "MINIBOX_ROOT": box.freshRoot]) { $1 }
        let unknown = try box.box.run(["pull", "\(name)/app:1"], environment: environment)
        #expect(unknown.status == 125 && unknown.errors.contains("signed by nobody"), "\(unknown)")
        try box.say(#""\#(name)":{"ca":"\#(box.server.authority ?? "")"}"#)
        let login = try box.box.run(
            ["login", "-u", RegistryServer.user, "--password-stdin", name], input: RegistryServer.password,
            environment: environment)
        #expect(login.status == 0, "\(login)")
        let pulled = try box.box.run(["pull", "-q", "\(name)/app:1"], environment: environment)
        #expect(pulled.output == "\(name)/app:1\n", "\(pulled)")
        #expect(try Set(proxy.asked()) == ["CONNECT \(name)"])
        // Who is called insecure is asked all the same, without its authority.
        try box.say("")
        let insecure = try box.box.run(
            ["pull", "--insecure-registry", name, "\(name)/app:1"], environment: environment)
        #expect(insecure.status == 0, "\(insecure)")
    }

    @Test func aProxyIsAskedForWhatIsNotExcepted() throws {
        let box = try RegistryBox(try box())
        let digest = try push(box, "app:1")
        let proxy = try ProxyServer()
        box.box.atEnd { proxy.stop() }
        let name = "registry.test:\(box.server.port)"
        func pull(_ more: [String: String]) throws -> Outcome {
            try box.box.run(
                ["pull", "--insecure-registry", name, "\(name)/app:1"], timeout: 60,
                environment: box.environment.merging(["MINIBOX_ROOT": box.freshRoot]) { $1 }.merging(more) { $1 })
        }
        let both = ["https_proxy": proxy.address, "HTTP_PROXY": proxy.address]
        let pulled = try pull(both)
        #expect(pulled.status == 0 && pulled.lines.contains("Digest: \(digest)"), "\(pulled)")
        #expect(try Set(proxy.asked()) == ["CONNECT \(name)"])
        let refused = try pull(["HTTP_PROXY": proxy.addressOfNobody, "HTTPS_PROXY": proxy.addressOfNobody])
        #expect(refused.status == 125 && refused.errors.contains("the proxy wants"), "\(refused)")
        // Without it nobody knows that name, and this machine is never asked for through one.
        let count = try proxy.asked().count
        for except in [".test", "registry.test", "*", "x,registry.test:\(box.server.port)"] {
            let direct = try pull(both.merging(["NO_PROXY": except]) { $1 })
            #expect(direct.status == 125 && direct.errors.contains("registry.test"), "\(except): \(direct)")
        }
        let local = try box.box.run(
            ["pull", "-q", box.name("app:1")],
            environment: box.environment.merging(["MINIBOX_ROOT": box.freshRoot]) { $1 }.merging(both) { $1 })
        #expect(local.status == 0, "\(local)")
        #expect(try proxy.asked().count == count)
    }

    /// Foreign layers are at addresses that the manifest names; a manifest is anybody's, and leads not to this machine.
    @Test func aForeignLayerIsFetchedFromWhereItIs() throws {
        let box = try RegistryBox(try box())
        _ = try push(box, "app:1")
        let id = try box("image", "inspect", "-f", "{{.Id}}", box.name("app:1")).text
        let proxy = try ProxyServer()
        box.box.atEnd { proxy.stop() }
        // A repository that has the configuration, and of the layers only where they are.
        try box.box.file(
            "foreign.py",
            """
            import json, sys, urllib.request as u
            base, port = sys.argv[1], sys.argv[2]
            ask = u.build_opener(u.ProxyHandler({})).open
            kind = "application/vnd.docker.distribution.manifest.v2+json"
            accept = {"Accept": "application/vnd.oci.image.manifest.v1+json, " + kind}
            manifest = json.load(ask(u.Request(base + "/v2/app/manifests/1", headers=accept)))
            ask(u.Request(base + "/v2/foreign/blobs/uploads/?mount=" + manifest["config"]["digest"] + "&from=app", data=b"", method="POST"))
            manifest["mediaType"] = kind
            manifest["config"]["mediaType"] = "application/vnd.docker.container.image.v1+json"
            for layer in manifest["layers"]:
                layer["mediaType"] = "application/vnd.docker.image.rootfs.foreign.diff.tar.gzip"
                layer["urls"] = ["http://layers.test:1/gone", "http://layers.test:" + port + "/v2/app/blobs/" + layer["digest"]]
            ask(u.Request(base + "/v2/foreign/manifests/1", data=json.dumps(manifest).encode(), headers={"Content-Type": kind}, method="PUT"))
            """)
        let made = try box.box.shell(
            "python3 \(box.box.folder)/foreign.py \(box.server.address) \(box.server.port)", timeout: 30)
        #expect(made.status == 0, "\(made)")
        let away = try box.fresh("pull", box.name("foreign:1"))
        #expect(away.status == 125 && away.errors.contains("cannot pull the layer"), "\(away)")
        let environment = box.environment.merging(["MINIBOX_ROOT": box.freshRoot, "HTTP_PROXY": proxy.address]) { $1 }
        let pulled = try box.box.run(["pull", "-q", box.name("foreign:1")], timeout: 60, environment: environment)
        #expect(pulled.status == 0, "\(pulled)")
        #expect(try proxy.asked().contains("CONNECT layers.test:\(box.server.port)"))
        #expect(try box.fresh("image", "inspect", "-f", "{{.Id}}", box.name("foreign:1")).text == id)
        #expect(try box.fresh("run", "--rm", box.name("foreign:1")).output == "hi\n")

        // It goes on to another repository by its addresses: the registry is not given what it need not have.
        let other = box.name("other/app:1")
        #expect(try box.fresh("tag", box.name("foreign:1"), other).status == 0)
        let pushed = try box.fresh("push", other)
        #expect(pushed.status == 0 && !(pushed.output + pushed.errors).contains(": Pushed"), "\(pushed)")
        let kept = try box.box.shell(
            "ls \(box.box.folder)/registry-\(box.server.port)/data/docker/registry/v2/repositories/other/app/_layers/sha256"
        )
        let configuration = try #require(id.split(separator: ":").last.map(String.init))
        #expect(kept.lines == [configuration], "\(kept)")
        let again = try box.box.run(["pull", "-q", other], timeout: 60, environment: environment)
        #expect(again.status == 0, "\(again)")
        #expect(
            try box.fresh("manifest", "inspect", other).output
                == box.fresh("manifest", "inspect", box.name("foreign:1")).output)
    }
}
