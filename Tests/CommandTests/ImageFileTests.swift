// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What the image's files are inside: their owners, modes, capabilities and links.
@Suite(.commands, .box) struct ImageFileTests {
    @Test func ownersAreThoseOfTheImage() throws {
        let inside = try box()(
            "run", "--rm", "busybox", "stat", "-c", "%u:%g %a", "/", "/bin/busybox", "/home/app", "/tmp", "/root")
        #expect(inside.lines == ["0:0 755", "0:0 755", "1000:1000 755", "0:0 1777", "0:0 700"])
    }

    @Test func attributesSurvive() throws {
        let inside = try box()(
            "run", "--rm", "attributes", "sh", "-c",
            """
            stat -c '%h %F' /data/first /data/fifo; stat -c '%a %u:%g' /bin/setuid /data/sticky
            cat '/data/zażółć gęślą' /data/long-link; test -f '/data/new
            line' && echo newline
            """)
        #expect(
            inside.lines == [
                "3 regular file", "1 fifo", "6755 1000:1000", "3770 1000:50", "unicode", "long", "newline",
            ], "\(inside)")
    }

    @Test func aSetUserIDProgramGivesNothingByDefault() throws {
        let box = try box()
        // Busybox gives the effective user up again: the saved one tells.
        let words = ["attributes", "sh", "-c", "ln -s /bin/setuid /tmp/grep; /tmp/grep Uid: /proc/self/status"]
        #expect(try box.run(["run", "--rm", "-u", "1"] + words).text == "Uid:\t1\t1\t1\t1")
        let allowed = try box.run(["run", "--rm", "-u", "1", "--security-opt", "no-new-privileges=false"] + words)
        #expect(allowed.text.contains("\t1000"), "\(allowed)")
    }

    @Test func aFileCapabilityGivesNothingByDefault() throws {
        let box = try box()
        let words = [
            "attributes", "sh", "-c", "ln -s /bin/with-capability /tmp/grep; /tmp/grep CapEff /proc/self/status",
        ]
        #expect(try box.run(["run", "--rm", "-u", "1"] + words).text == "CapEff:\t0000000000000000")
        let allowed = try box.run(["run", "--rm", "-u", "1", "--security-opt", "no-new-privileges=false"] + words)
        #expect(allowed.text == "CapEff:\t0000000000000400", "\(allowed)")
    }

    @Test func changesStayInTheContainer() throws {
        let box = try box()
        #expect(
            try box("run", "--rm", "busybox", "sh", "-c", "rm -r /home && echo changed >/linuxrc; ls / | grep -c home")
                .text == "0")
        #expect(try box("run", "--rm", "busybox", "ls", "/home/app").status == 0)
    }

    @Test func aReadOnlyRootCannotBeWritten() throws {
        let box = try box()
        let inside = try box(
            "run", "--rm", "--read-only", "busybox", "sh", "-c",
            "touch /new; touch /etc/hostname; touch /dev/shm/works && echo shm")
        #expect(inside.text == "shm")
        #expect(inside.errors.contains("/new: Read-only file system"))
        #expect(inside.errors.contains("/etc/hostname"), "\(inside)")
    }

    @Test(.enabled(if: TestMachine.debian, "needs the image debian: run scripts/fixtures"))
    func aDebianRootWorks() throws {
        let box = try box()
        let inside = try box(
            "run", "--rm", "debian", "sh", "-c",
            "apt-get --version | head -n 1 | cut -c1-4; seq 5 | sort -r | head -n 1; perl -e 'print 6 * 7'", timeout: 60
        )
        #expect(inside.text == "apt \n5\n42" || inside.text == "apt\n5\n42", "\(inside)")
    }
}
