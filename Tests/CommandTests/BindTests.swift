// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Files of the host inside.
@Suite(.commands, .box) struct BindTests {
    @Test func ownersAreThoseOfTheHost() throws {
        let box = try box()
        let folder = try box.directory("shared", permissions: 0o777)
        try box.directory("shared/of-1000", owner: 1000)
        let inside = try box(
            "run", "--rm", "-v", "\(folder):/shared", "busybox", "sh", "-c",
            "stat -c %u:%g /shared/of-1000; touch /shared/new; echo text >/shared/of-1000/file")
        #expect(inside.text == "1000:1000", "\(inside)")
        for name in ["new", "of-1000/file"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder + "/" + name)
            #expect(attributes[.ownerAccountID] as? Int == 0, "\(name)")
        }
    }

    @Test func aUserWritesAsThatUser() throws {
        let box = try box()
        let folder = try box.directory("mine", owner: 1000)
        #expect(
            try box("run", "--rm", "-u", "1000", "-v", "\(folder):/mine", "busybox", "touch", "/mine/file").status == 0)
        #expect(try FileManager.default.attributesOfItem(atPath: folder + "/file")[.ownerAccountID] as? Int == 1000)
        let others = try box.directory("others", permissions: 0o700)
        #expect(try box("run", "--rm", "-u", "1000", "-v", "\(others):/mine", "busybox", "ls", "/mine").status != 0)
    }

    @Test func oneFileCanBeShown() throws {
        let box = try box()
        let file = try box.file("one", "contents\n")
        let inside = try box(
            "run", "--rm", "-v", "\(file):/etc/made/one:ro", "busybox", "sh", "-c",
            "cat /etc/made/one; echo more >>/etc/made/one")
        #expect(inside.text == "contents")
        #expect(inside.errors.contains("Read-only file system"), "\(inside)")
        #expect(try String(contentsOfFile: file, encoding: .utf8) == "contents\n")
    }

    @Test(arguments: ["-v:ro", "--mount"]) func readOnlyCoversTheMountsBelow(_ form: String) throws {
        let box = try box()
        let folder = try box.directory("outer")
        try box.directory("outer/inner")
        try box.shell("mount -t tmpfs tmpfs \(folder)/inner")
        box.atEnd { _ = try? box.shell("umount \(folder)/inner") }
        let flag =
            form == "--mount"
            ? ["--mount", "type=bind,src=\(folder),dst=/outer,readonly"] : ["-v", "\(folder):/outer:ro"]
        let inside = try box.run(
            ["run", "--rm"] + flag + ["busybox", "sh", "-c", "touch /outer/a; touch /outer/inner/b"])
        #expect(inside.errors.components(separatedBy: "Read-only file system").count == 3, "\(inside)")
    }

    @Test func theMountsBelowCanBeLeftOut() throws {
        let box = try box()
        let folder = try box.directory("outer")
        try box.directory("outer/inner")
        try box.shell("mount -t tmpfs tmpfs \(folder)/inner && touch \(folder)/inner/hidden")
        box.atEnd { _ = try? box.shell("umount \(folder)/inner") }
        let flag = ["--mount", "type=bind,src=\(folder),dst=/outer,bind-recursive=disabled"]
        #expect(try box.run(["run", "--rm"] + flag + ["busybox", "ls", "/outer/inner"]).text == "")
        #expect(try box("run", "--rm", "-v", "\(folder):/outer", "busybox", "ls", "/outer/inner").text == "hidden")
    }

    @Test(arguments: ["/", "/dev", "/proc", "/sys"]) func whatCannotShowMappedOwnersIsRefused(_ path: String) throws {
        let box = try box()
        let refused = try box("run", "--rm", "--allow-sensitive", "-v", "\(path):/host", "busybox", "true")
        #expect(refused.status == 125)
        #expect(refused.errors.contains("\(path) "), "\(refused)")
        #expect(refused.errors.contains("--userns host"), "\(refused)")
        #expect(
            try box(
                "run", "--rm", "--allow-sensitive", "--userns", "host", "-v", "\(path):/host:ro", "busybox", "ls",
                "/host"
            ).status == 0)
    }

    @Test func aMissingSourceIsRefused() throws {
        let refused = try box()("run", "--rm", "--mount", "type=bind,src=/nowhere/at/all,dst=/x", "busybox", "true")
        #expect(refused.status == 125)
        #expect(refused.errors.contains("/nowhere/at/all"))
    }

    @Test func mountsDoNotSpreadUnlessAsked() throws {
        let box = try box()
        let folder = try box.directory("spread")
        try box.directory("spread/late")
        try box.shell("mount --bind \(folder) \(folder) && mount --make-shared \(folder)")
        box.atEnd { _ = try? box.shell("umount -R \(folder)") }
        func options(_ word: String) throws -> String {
            let inside = try box(
                "run", "--rm", "-v", "\(folder):/spread\(word)", "busybox", "grep", " /spread ", "/proc/self/mountinfo")
            return inside.text
        }
        #expect(try !options("").contains("master:"))
        #expect(try !options("").contains("shared:"))
        #expect(try options(":rslave").contains("master:"))
        #expect(try options(":rshared").contains("shared:"))
    }

    @Test func aSlaveSeesALaterMountOfTheHost() throws {
        let box = try box()
        let folder = try box.directory("spread")
        try box.directory("spread/late")
        try box.shell("mount --bind \(folder) \(folder) && mount --make-shared \(folder)")
        box.atEnd { _ = try? box.shell("umount -R \(folder)") }
        let program = try box.container(
            "slave", ["-v", "\(folder):/spread:rslave"],
            script: "until test -e /spread/late/sign; do sleep 0.05; done; echo seen")
        try box.shell("mount -t tmpfs tmpfs \(folder)/late && touch \(folder)/late/sign")
        #expect(program.waitForOutput("seen", seconds: 5))
    }

    @Test func aTmpfsHasTheOptionsThatWereAsked() throws {
        let box = try box()
        let inside = try box(
            "run", "--rm", "--tmpfs", "/scratch:size=4m,mode=750", "--mount",
            "type=tmpfs,dst=/other,tmpfs-size=8m,tmpfs-mode=1770", "busybox", "sh", "-c",
            "stat -c '%a %u' /scratch /other; df -k /scratch /other | awk 'NR>1{print $2}'; grep -E ' /(scratch|other) ' /proc/mounts"
        )
        #expect(inside.lines.prefix(4) == ["750 0", "1770 0", "4096", "8192"], "\(inside)")
        #expect(inside.lines.suffix(2).allSatisfy { $0.contains("nosuid") && $0.contains("nodev") })
    }

    @Test func aTmpfsCanBeReadOnlyAndAboveAnother() throws {
        let box = try box()
        let file = try box.file("inner", "inner\n")
        let inside = try box(
            "run", "--rm", "-v", "\(file):/a/b/file", "--tmpfs", "/a", "--mount", "type=tmpfs,dst=/ro,readonly",
            "busybox", "sh", "-c", "cat /a/b/file; touch /ro/x")
        #expect(inside.text == "inner", "\(inside)")
        #expect(inside.errors.contains("Read-only"))
    }

    @Test func oneTargetTakesOneMount() throws {
        let refused = try box()("run", "--rm", "--tmpfs", "/a", "-v", "/usr:/a", "busybox", "true")
        #expect(refused.status == 125)
        #expect(refused.errors.contains("two mounts at /a"))
    }
}
