// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Images for several machines that go to a registry, and are made of what is there.
@Suite(.commands, .emptyBox, .enabled(if: RegistryBox.isHere, "needs docker-registry and minibox-fetch"))
struct ManifestPushTests {
    /// `app:amd64` and `app:arm64` of the registry's names, in the store; the first has a layer that was made here.
    private func box() throws -> RegistryBox {
        let box = try RegistryBox(try TestSupport.box())
        _ = try box.build("app:amd64")
        let folder = box.box.folder
        let made = try box.box.shell(
            "echo arm >\(folder)/arm; tar -C \(folder) -cf \(folder)/arm.tar arm; "
                + "$MINIBOX import --platform linux/arm64 \(folder)/arm.tar \(box.name("app:arm64"))")
        #expect(made.status == 0, "\(made)")
        return box
    }

    private func json(_ outcome: Outcome) throws -> [String: Any] {
        #expect(outcome.status == 0, "\(outcome)")
        let value = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8))
        return try #require(value as? [String: Any], "\(outcome)")
    }

    /// The machines that an index is for.
    private func machines(_ outcome: Outcome) throws -> [String] {
        let index = try json(outcome)
        #expect(index["mediaType"] as? String == "application/vnd.oci.image.index.v1+json")
        return try #require(index["manifests"] as? [[String: Any]]).map {
            ($0["platform"] as? [String: String])?["architecture"] ?? "none"
        }
    }

    /// What a machine with nothing gets of an image for two.
    private func expectPulled(_ box: RegistryBox, _ name: String) throws {
        #expect(try box.fresh("run", "--rm", name).output == "hi\n")
        #expect(try box.fresh("rmi", name).status == 0)
        let other = try box.fresh("pull", "-q", "--platform", "linux/arm64", name)
        #expect(other.status == 0, "\(other)")
        #expect(try box.fresh("image", "inspect", "-f", "{{.Architecture}}", name).text == "arm64")
        #expect(try box.fresh("rmi", name).status == 0)
    }

    @Test(arguments: [["push"], ["manifest", "push"]]) func aListIsPushedAsOneImage(_ words: [String]) throws {
        let box = try box()
        let name = box.name("app:all")
        #expect(
            try box("manifest", "create", name, box.name("app:amd64"), box.name("app:arm64")).output == "\(name)\n")
        let before = try box("image", "inspect", "-f", "{{.Id}}", box.name("app:amd64")).text
        let pushed = try box.box.run(words + [name], timeout: 60, environment: box.environment)
        #expect(pushed.status == 0, "\(pushed)")
        // What was compressed for it is the same image, in the list too.
        #expect(try box("image", "inspect", "-f", "{{.Id}}", box.name("app:amd64")).text == before)
        let local = try box("manifest", "inspect", name)
        #expect(try machines(local) == ["amd64", "arm64"])
        #expect(try box.fresh("manifest", "inspect", name).output == local.output)
        // The digest that is said is the index's.
        let digest = try box.fresh("pull", name).lines.first { $0.hasPrefix("Digest: ") }?.dropFirst(8)
        #expect(pushed.output.contains(try #require(digest)), "\(pushed)")
        #expect(try box.fresh("rmi", name).status == 0)
        try expectPulled(box, name)
        let again = try box.box.run(words + [name], timeout: 60, environment: box.environment)
        #expect(again.status == 0 && !(again.output + again.errors).contains(": Pushed"), "\(again)")
        #expect(try box("manifest", "rm", name).status == 0)
        #expect(try box("system", "check").output.contains("all is whole"))
    }

    @Test func aListGoesToAnotherNameAndIsRemoved() throws {
        let box = try box()
        #expect(try box("manifest", "create", "it:1", box.name("app:amd64"), box.name("app:arm64")).status == 0)
        let name = box.name("other/app:2")
        let pushed = try box("manifest", "push", "--purge", "-q", "it:1", "docker://\(name)")
        #expect(pushed.status == 0 && pushed.output.hasPrefix("sha256:") && pushed.errors.isEmpty, "\(pushed)")
        let gone = try box("manifest", "push", "it:1", name)
        #expect(gone.status == 125 && gone.errors.contains("there is no list it:1"), "\(gone)")
        try expectPulled(box, name)
        #expect(try box("manifest", "create", "it:1").status == 0)
        let empty = try box("manifest", "push", "it:1", name)
        #expect(empty.status == 125 && empty.errors.contains("it has no images"), "\(empty)")
        #expect(try box("manifest", "rm", "it:1").status == 0)
    }

    @Test func imagesOfRegistriesAreListedWithoutPullingThem() throws {
        let box = try box()
        for tag in ["amd64", "arm64"] { #expect(try box("push", "-q", box.name("app:\(tag)")).status == 0) }
        // A store that has nothing: another repository of the registry gets all from where it is.
        let name = box.name("other/app:all")
        let made = try box.fresh("manifest", "create", name, box.name("app:amd64"), box.name("app:arm64"))
        #expect(made.status == 0, "\(made)")
        #expect(try machines(try box.fresh("manifest", "inspect", name)) == ["amd64", "arm64"])
        let shown = try box.fresh("manifest", "inspect", "-v", name)
        #expect(shown.status == 0 && shown.output.contains("\"OCIManifest\""), "\(shown)")
        let saved = try box.fresh("save", "--format", "oci-archive", "-o", "\(box.box.folder)/saved", name)
        #expect(saved.status == 125 && saved.errors.contains("is in its registry alone: pull"), "\(saved)")
        let pushed = try box.fresh("manifest", "push", "--progress", "plain", name)
        #expect(pushed.status == 0 && pushed.errors.contains("Mounted from another repository"), "\(pushed)")
        #expect(try box.fresh("images", "-q").output.isEmpty)
        try expectPulled(box, name)
        // All of an index, and then that for this machine alone.
        let copy = box.name("copy:all")
        #expect(try box.fresh("manifest", "create", "--all", copy, box.name("other/app:all")).status == 0)
        #expect(try machines(try box.fresh("manifest", "inspect", copy)) == ["amd64", "arm64"])
        #expect(try box.fresh("manifest", "create", box.name("copy:own"), box.name("other/app:all")).status == 0)
        #expect(try machines(try box.fresh("manifest", "inspect", box.name("copy:own"))) == ["amd64"])
        let none = try box.fresh("manifest", "create", "it:2", box.name("none:1"))
        #expect(none.status == 125 && none.errors.contains("no image") && none.errors.contains("404"), "\(none)")
    }

    @Test func imagesOfAnotherRegistryAreCarriedOver() throws {
        let box = try box()
        for tag in ["amd64", "arm64"] { #expect(try box("push", "-q", box.name("app:\(tag)")).status == 0) }
        let second = try RegistryServer(folder: box.box.folder)
        defer { second.stop() }
        let name = "\(second.name)/app:all"
        #expect(
            try box.fresh("manifest", "create", name, box.name("app:amd64"), box.name("app:arm64")).status == 0)
        let pushed = try box.fresh("push", name)
        #expect(pushed.status == 0 && pushed.output.contains(": Pushed"), "\(pushed)")
        box.server.stop()
        try expectPulled(box, name)
        // Without them nothing can be carried; nothing is said to have gone.
        let broken = try box.fresh("manifest", "push", name, "\(second.name)/late:1")
        #expect(broken.status == 125 && broken.errors.contains("cannot push"), "\(broken)")
        #expect(try box.fresh("registry", "tags", "\(second.name)/late").status == 125)
        #expect(try box.fresh("system", "check").output.contains("all is whole"))
    }

    @Test func whatARegistryHasIsShown() throws {
        let box = try box()
        #expect(try box("push", "-q", box.name("app:amd64")).status == 0)
        let own = try box("manifest", "inspect", box.name("app:amd64"))
        #expect(try box.fresh("manifest", "inspect", box.name("app:amd64")).output == own.output)
        let all = try json(try box.fresh("manifest", "inspect", "-v", box.name("app:amd64")))
        #expect(all["Ref"] as? String == box.name("app:amd64") && all["OCIManifest"] != nil)
        let none = try box.fresh("manifest", "inspect", box.name("none:1"))
        #expect(none.status == 125 && none.errors.contains("no image") && none.errors.contains("404"), "\(none)")
    }
}
