// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `run --print-spec`: runtimes make the same container of the document.
@Suite(.commands, .box) struct SpecificationTests {
    private static let runtime =
        ProcessInfo.processInfo.environment["MINIBOX_RUNTIME"]
        ?? URL(fileURLWithPath: TestMachine.program).deletingLastPathComponent().path + "/minibox-runtime"

    /// What a program sees of its container.
    private static let look = """
        id; umask; ulimit -n; hostname; grep -E "Cap|NoNewPrivs|Seccomp:" /proc/self/status; env | sort; pwd
        ls /dev | grep -v core; head -c1 /proc/kcore | wc -c; cat /proc/self/oom_score_adj /proc/self/uid_map
        ls -l /proc/self/ns | wc -l; mkdir /x; echo $?; ls /data; cat /proc/sys/net/ipv4/ip_forward; tty
        """

    /// And, of the same runtime, what its mounts are like.
    private static let lookClosely =
        look + #"; grep -v -E "^[^ ]+ (/|/etc/.*) " /proc/mounts | cut -d" " -f2-4"#

    private static let sets: [[String]] = [
        [], ["--user", "app:staff", "--group-add", "audio", "-w", "/tmp", "-e", "A=1", "--hostname", "inside"],
        ["--cap-add", "net_admin", "--cap-drop", "chown", "--sysctl", "net.ipv4.ip_forward=1"],
        ["--read-only", "--tmpfs", "/scratch:size=1m", "--ulimit", "nofile=300:400", "--oom-score-adj", "200"],
        ["--ipc", "host", "--uts", "host", "--pid", "host", "--network", "host"],
        ["--security-opt", "seccomp=unconfined", "--security-opt", "no-new-privileges=false"],
        ["--init"], ["--device", "/dev/full:/dev/other:r"], ["--user", "77"],
    ]

    /// A bundle of the document that these flags print.
    private func bundle(_ box: Box, _ flags: [String], _ script: String) throws -> String {
        let bundle = try box.directory("bundle")
        let root = try box.directory("bundle/rootfs")
        _ = try box.shell("tar -xpf '\(TestMachine.archive("busybox"))' -C '\(root)'")
        let printed = try box.run(["run", "--print-spec"] + flags + ["busybox", "sh", "-c", script])
        try #require(printed.status == 0, "\(printed)")
        try box.file("bundle/config.json", printed.output)
        return bundle
    }

    private func run(_ runtime: String, _ box: Box, _ bundle: String) throws -> Outcome {
        try box.shell(
            "'\(runtime)' --root '\(box.folder)/state' run -b '\(bundle)' one-\(UInt32.random(in: 0...99999))")
    }

    @Test(arguments: sets) func ourRuntimeMakesTheSame(_ flags: [String]) throws {
        let box = try box()
        let data = try box.directory("data")
        try box.file("data/file", "x")
        let flags = flags + ["--userns", "host", "-v", data + ":/data:ro"]
        let own = try box.run(["run", "--rm"] + flags + ["busybox", "sh", "-c", Self.lookClosely])
        let bundle = try bundle(box, flags, Self.lookClosely)
        #expect(try box.shell("'\(Self.runtime)' check -b '\(bundle)'").status == 0)
        let ended = try run(Self.runtime, box, bundle)
        func comparable(_ outcome: Outcome) -> [String] {
            // The name of a container that has none is its id.
            outcome.lines.filter { !$0.hasPrefix("HOSTNAME=") && !($0.count == 12 && $0.allSatisfy(\.isHexDigit)) }
        }
        #expect(comparable(ended) == comparable(own), "\(ended.errors)")
        #expect(!own.output.isEmpty && ended.status == own.status)
    }

    /// Where the first version's hierarchies are in sight, runc wants to write to them, and here nobody can.
    @Test(.enabled(if: TestMachine.isPure), arguments: [sets[1], sets[2], sets[3]])
    func runcMakesTheSame(_ flags: [String]) throws {
        let box = try box()
        let found = try box.shell("PATH=$PATH:/usr/sbin:/sbin command -v runc").text
        guard !found.isEmpty else { return }
        let data = try box.directory("data")
        let flags = flags + ["--userns", "host", "-v", data + ":/data:ro", "--hostname", "inside"]
        let own = try box.run(["run", "--rm"] + flags + ["busybox", "sh", "-c", Self.look])
        let ended = try run(found, box, try bundle(box, flags, Self.look))
        #expect(ended.output == own.output, "\(ended.errors)")
    }

    @Test func usersOfItsOwn() throws {
        let box = try box()
        let script = "cat /proc/self/uid_map; id -u; touch /mine; stat -c %u /mine"
        let bundle = try bundle(box, [], script)
        _ = try box.shell(
            "first=$(grep -o '\"hostID\": [0-9]*' '\(bundle)/config.json' | head -1 | tr -dc 0-9); "
                + "chown -hR --from=0:0 $first:$first '\(bundle)/rootfs'; chmod 755 '\(box.folder)'")
        let ended = try run(Self.runtime, box, bundle)
        #expect(ended.lines.suffix(2) == ["0", "0"] && !ended.output.contains(" 4294967295"), "\(ended)")
    }

    @Test func nothingIsMade() throws {
        let box = try box()
        for command in ["run", "create"] {
            let printed = try box(command, "--print-spec", "--name", "never", "-v", "new:/data", "busybox", "true")
            #expect(printed.status == 0 && printed.output.contains("\"ociVersion\""))
            #expect(printed.errors.contains("has no place in the document"))
        }
        #expect(try box("ps", "-aq").text.isEmpty && box("volume", "ls", "-q").text.isEmpty)
        #expect(
            try box("run", "--print-spec", "--user", "nobody-like-that", "busybox", "true").errors.contains("no user"))
    }
}
