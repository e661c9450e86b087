// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// A line of `run` that cannot be done, the code it ends with and words that its message has.
struct BadLine: Sendable, CustomTestStringConvertible {
    let words: [String]
    let status: Int32
    let message: [String]

    init(_ words: [String], _ status: Int32 = 125, _ message: String...) {
        self.words = words
        self.status = status
        self.message = message
    }

    var testDescription: String { words.joined(separator: " ") }

    func check() throws {
        let outcome = try box().run(["run", "--rm"] + words)
        #expect(outcome.status == status, "\(outcome)")
        #expect(outcome.output.isEmpty)
        for part in message { #expect(outcome.errors.contains(part), "\(outcome.errors)") }
        if !message.isEmpty { #expect(outcome.errors.hasPrefix("minibox: "), "\(outcome.errors)") }
    }
}

/// What is asked for wrongly is said, with what to write instead.
@Suite(.commands, .box) struct BadRunTests {
    @Test(arguments: [
        BadLine(["busibox", "true"], 125, "no image busibox", "did you mean busybox?"),
        BadLine(["BusyBox", "true"], 125, "lower case", "\"busybox\""),
        BadLine(["", "true"], 125, "write NAME[:TAG]"),
        BadLine(["busybox@sha256:12", "true"], 125, "64 lower-case hexadecimal digits"),
        BadLine(["busybox:a~", "true"], 125, "a tag has letters, digits"),
    ]) func namesAnImageWrongly(_ line: BadLine) throws { try line.check() }

    @Test func namesTheNearestFlagBeforeTheImage() throws {
        try BadLine(["--rmm", "busybox", "true"], 125, "unknown flag: --rmm", "did you mean --rm?").check()
    }

    @Test func passesWhatFollowsTheImageToTheCommand() throws {
        let outcome = try box()("run", "--rm", "busybox", "echo", "--rmm", "--memory", "12q")
        #expect(outcome.text == "--rmm --memory 12q")
    }

    @Test(arguments: [
        BadLine(["busybox", "nosuch"], 127, "\"nosuch\": executable file not found in $PATH"),
        BadLine(["busybox", "/bin/nosuch"], 127, "no such file or directory"),
        BadLine(["busybox", "/etc/passwd/x"], 127, "not a directory"),
        BadLine(["busybox", "/etc/passwd"], 126, "permission denied"),
        BadLine(["busybox", "/etc"], 126, "is a directory"),
        BadLine(["odd-files", "notexec"], 126, "permission denied"),
        BadLine(["odd-files", "folder"], 126, "is a directory"),
        BadLine(["odd-files", "no-interpreter"], 127, "the interpreter or loader that it names is not"),
        BadLine(["odd-files", "not-a-program"], 126, "exec format error"),
        BadLine(["odd-files", "empty"], 126, "exec format error"),
        BadLine(["odd-files", "/bin/dangling"], 127, "no such file or directory"),
        BadLine(["busybox", ""], 127, "write one after the image"),
        BadLine(["busybox", "/" + String(repeating: "x", count: 300)], 126, "file name too long"),
        BadLine(["--entrypoint", "", "busybox"], 125, "no command"),
        BadLine(["-e", "PATH=", "busybox", "true"], 127, "not found in $PATH"),
    ]) func cannotExecute(_ line: BadLine) throws { try line.check() }

    @Test func saysThatAnArgumentListIsTooLong() throws {
        let file = try box().file("long", "A=" + String(repeating: "x", count: 1_000_000) + "\n")
        try BadLine(
            ["--env-file", file, "busybox", "true"], 126, "longer than the kernel takes", "leave some out"
        ).check()
    }

    @Test(arguments: [
        BadLine(["-u", "nosuch", "busybox", "true"], 125, "no user nosuch in the image's /etc/passwd"),
        BadLine(["-u", "root:nosuch", "busybox", "true"], 125, "no group nosuch in the image's /etc/group"),
        BadLine(["--group-add", "nosuch", "busybox", "true"], 125, "no group nosuch"),
        BadLine(["-u", "4294967295", "busybox", "true"], 125, "write a smaller one"),
        BadLine(["-u", "-1", "busybox", "true"], 125, "write a name or an id from 0 on"),
        BadLine(["-u", "", "busybox", "true"], 125, "write USER[:GROUP]"),
        BadLine(["-w", "relative", "busybox", "true"], 125, "not an absolute path"),
        BadLine(["-w", "/etc/passwd", "busybox", "true"], 125, "the working directory /etc/passwd is no directory"),
        BadLine(["-w", "/workdir", "odd-files", "true"], 125, "the working directory /workdir is no directory"),
        BadLine(["--env-file", "/nosuch", "busybox", "true"], 125, "cannot read the variables in /nosuch"),
        BadLine(["-e", "=x", "busybox", "true"], 125, "write NAME=VALUE"),
        BadLine(["--hostname", "a b", "busybox", "true"], 125, "no host name"),
        BadLine(["--name", "a/b", "busybox", "true"], 125, "no name for a container"),
        BadLine(["-it", "busybox", "true"], 125, "not a TTY"),
        BadLine(["--oom-score-adj", "2000", "busybox", "true"], 125, "from -1000 to 1000"),
    ]) func asksForAnImpossibleProcess(_ line: BadLine) throws { try line.check() }

    @Test(arguments: [
        BadLine(["--memory", "12q", "busybox", "true"], 125, "'12q' is not a size", "as in 512m"),
        BadLine(["--memory", "-5", "busybox", "true"], 125, "not a size"),
        BadLine(["--memory", "99999999999999999999", "busybox", "true"], 125, "not a size"),
        BadLine(["--memory", "1k", "busybox", "true"], 125, "less than a container starts with: write 1m or more"),
        BadLine(["--pids-limit", "-2", "busybox", "true"], 125, "no number of processes"),
        BadLine(["--cpus", "nan", "busybox", "true"], 125, "not a number of processors"),
        BadLine(["--cpuset-cpus", "0-99999999999", "busybox", "true"], 125, "not a list of processors"),
        BadLine(["--ulimit", "nofile=5:4", "busybox", "true"], 125, "write the smaller number first"),
        BadLine(["--ulimit", "nofile=2", "busybox", "true"], 125, "'nofile=2' is less than", "write 16 or more"),
        BadLine(["--ulimit", "fsize=0", "busybox", "true"], 125, "'fsize=0' is less than", "write 65536 or more"),
        BadLine(["--shm-size", "1x", "busybox", "true"], 125, "not a size"),
        BadLine(["--sysctl", "net.ipv4.ip_forward=1\nx=2", "busybox", "true"], 125, "more than one line"),
        BadLine(["--sysctl", "kernel.panic=1", "busybox", "true"], 125, "a setting of the whole machine"),
        BadLine(["--sysctl", "net.nosuch=1", "busybox", "true"], 125, "this kernel has no net.nosuch"),
        BadLine(["--sysctl", "net.ipv4.ip_forward=abc", "busybox", "true"], 125, "does not take abc"),
    ]) func setsAnImpossibleLimit(_ line: BadLine) throws { try line.check() }

    @Test(arguments: [
        BadLine(["--userns", "private", "--pid", "host", "busybox", "true"], 125, "exclude each other"),
        BadLine(["--userns", "private", "--privileged", "busybox", "true"], 125, "exclude each other"),
        BadLine(["--userns", "nosuch", "busybox", "true"], 125, "write auto, private or host"),
        BadLine(["--pid", "container:nosuch", "busybox", "true"], 125, "there is no container nosuch"),
        BadLine(["--cap-add", "NOSUCH", "busybox", "true"], 125, "no capability"),
        BadLine(["--security-opt", "nosuch", "busybox", "true"], 125, "no security option"),
        BadLine(["--security-opt", "seccomp=/nosuch", "busybox", "true"], 125, "/nosuch: ", "no such file"),
        BadLine(["--security-opt", "seccomp=/", "busybox", "true"], 125, "is a directory"),
        BadLine(["--device", "/dev/nosuch", "busybox", "true"], 125, "cannot give the device /dev/nosuch"),
        BadLine(["--device", "/dev/null:/../x", "busybox", "true"], 125, "outside of /dev"),
    ]) func isolatesImpossibly(_ line: BadLine) throws { try line.check() }

    @Test(arguments: ["not JSON", "{\"a\":", "{}", "[]", ""])
    func namesAProfileThatCannotBeUsed(_ contents: String) throws {
        let path = try box().file("profile.json", contents)
        let outcome = try box()("run", "--rm", "--security-opt", "seccomp=\(path)", "busybox", "true")
        #expect(outcome.status == 125)
        #expect(outcome.errors.hasPrefix("minibox: \(path): cannot use the seccomp profile: "), "\(outcome.errors)")
        #expect(outcome.errors.components(separatedBy: "cannot use").count == 2, "\(outcome.errors)")
    }

    @Test func refusesARegularFileAsADevice() throws {
        let path = try box().file("plain", "text")
        try BadLine(["--device", "\(path):/dev/x", "busybox", "true"], 125, "\(path) is no device").check()
    }

    @Test func refusesATakenName() throws {
        _ = try box()("run", "--name", "taken", "busybox", "true")
        try BadLine(["--name", "taken", "busybox", "true"], 125, "the name taken is taken", "minibox rm taken").check()
        #expect(try box()("rm", "taken").status == 0)
    }

    @Test func refusesToWriteOverAnIdentifierFile() throws {
        let path = try box().file("cid", "another")
        try BadLine(["--cidfile", path, "busybox", "true"], 125, "--cidfile \(path) exists", "name another file")
            .check()
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "another")
    }

    @Test func needsRoot() throws {
        let outcome = try box().shell(
            "cp $MINIBOX $TMPDIR/own-minibox; chmod 755 $TMPDIR/own-minibox; "
                + "setpriv --reuid 65534 --regid 65534 --clear-groups $TMPDIR/own-minibox run --rm busybox true; "
                + "code=$?; rm $TMPDIR/own-minibox; exit $code")
        #expect(outcome.status == 125)
        #expect(outcome.errors == "minibox: minibox needs root: run it as root, or with sudo\n")
    }
}
