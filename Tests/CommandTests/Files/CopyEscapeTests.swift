// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `cp` and `export` where the container's processes want them to leave its root, or to run something of it.
@Suite(.commands, .box) struct CopyEscapeTests {
    /// A folder of the host's that nothing of a container may reach.
    private func secret(_ box: Box) throws -> String {
        let path = try box.directory("secret", permissions: 0o777)
        try box.file("secret/file", "of the host\n")
        return path
    }

    /// CVE-2018-15664: a directory becomes a link between its look-up and its use.
    @Test(arguments: ["auto", "host"]) func aRaceOfLinksLeadsNowhere(_ users: String) throws {
        let box = try box()
        let secret = try secret(box)
        let up = String(repeating: "../", count: 12)
        let script = """
            mkdir -p /real/deep; echo inside >/real/file; echo go
            while :; do
              mv /real /swap; mv /swap /real; ln -s \(secret) /swap; rm /swap
              ln -s \(up)\(secret.dropFirst()) /swap; rm /swap; ln -s /proc/1/root\(secret) /swap; rm /swap
            done
            """
        let container = try box.container("racer", ["--userns", users], script: script)
        #expect(container.waitForOutput("go"))
        let host = try box.file("mine", "mine\n")
        let out = try box.directory("out")
        for _ in 0..<25 {
            try box("cp", "racer:/swap/file", out + "/file")
            try box("cp", "-L", "racer:/swap", out + "/tree")
            try box("cp", host, "racer:/swap/planted")
            try box.shell("tar cf - -C \(box.folder) mine | $MINIBOX cp - racer:/swap")
            try box.shell("$MINIBOX cp racer:/ - >\(out)/all.tar")
            for name in ["file", "tree/file"] {
                let text = try? String(contentsOfFile: "\(out)/\(name)", encoding: .utf8)
                #expect(text == nil || text == "inside\n", "\(text ?? "")")
            }
            #expect(try box.shell("grep -c 'of the host' \(out)/all.tar").text == "0")
            try? FileManager.default.removeItem(atPath: out + "/tree")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: secret) == ["file"])
    }

    @Test func linksOfTheKernelAreNotFollowed() throws {
        let box = try box()
        let secret = try secret(box)
        try box.container("links", ["--userns", "host"])
        let out = box.folder + "/out"
        let host = try box.file("mine", "mine\n")
        for path in [
            "/proc/self/root\(secret)/file", "/proc/1/root/etc/passwd", "/proc/self/cwd/mine", "/proc/1/cwd/etc",
        ] {
            #expect(try box("cp", "links:" + path, out).status != 0, "\(path)")
            #expect(!FileManager.default.fileExists(atPath: out), "\(path)")
        }
        // The link itself is one, and leads nowhere here.
        try box("cp", "-L", "links:/proc/self/exe", out)
        #expect(!FileManager.default.fileExists(atPath: out))
        #expect(try box("cp", host, "links:/proc/self/cwd/planted").status != 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: secret) == ["file"])
    }

    /// CVE-2019-14271: what a copy is made with was loaded from the container.
    @Test func nothingOfTheContainerIsLoaded() throws {
        let box = try box()
        let script = """
            mkdir -p /lib /lib64 /lib/x86_64-linux-gnu /usr/lib/x86_64-linux-gnu /usr/bin
            printf '#!/bin/busybox sh\\n/bin/busybox echo run >>/owned\\n' >/trap; chmod 755 /trap
            for name in libnss_files.so.2 libnss_compat.so.2 libnss_dns.so.2 libc.so.6; do
              for folder in /lib /lib64 /lib/x86_64-linux-gnu /usr/lib/x86_64-linux-gnu; do cp /trap $folder/$name; done
            done
            for name in tar gzip docker-untar minibox; do cp /trap /usr/bin/$name; done
            echo 'passwd: files dns' >/etc/nsswitch.conf
            echo go; sleep 1000
            """
        let container = try box.container("traps", ["--userns", "host"], script: script)
        #expect(container.waitForOutput("go"))
        #expect(try box("cp", try box.file("mine", "mine\n"), "traps:/mine").status == 0)
        #expect(try box("cp", "traps:/mine", box.folder + "/back").status == 0)
        #expect(try box("export", "-o", box.folder + "/all.tar", "traps").status == 0)
        #expect(try box("exec", "traps", "ls", "/owned").status != 0)
    }

    @Test func anArchiveDoesNotLeaveItsDirectory() throws {
        let box = try box()
        let secret = try secret(box)
        try box.container("files", ["--userns", "host"])
        for name in ["traversal", "escape"] {
            _ = try box.shell("$MINIBOX cp - files:/tmp <\(TestMachine.archive(name))")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: secret) == ["file"])
        try box("exec", "files", "ln", "-s", secret, "/tmp/out")
        try box.shell(
            "mkdir -p \(box.folder)/a/out; echo x >\(box.folder)/a/out/x; tar cf - -C \(box.folder)/a out/x | $MINIBOX cp - files:/tmp"
        )
        #expect(try FileManager.default.contentsOfDirectory(atPath: secret) == ["file"])
    }
}
