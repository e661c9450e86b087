// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Foundation
import Linux
import TestSupport
import Testing

/// What the kernel answers inside to every system call, held against the profile.
@Suite(.commands, .box) struct SystemCallTests {
    /// The outcome of each call, by the way in and the number: `x86_64 165` and an error number, `exit` or `blocked`.
    private func outcomes(_ flags: String...) throws -> [String: String] {
        let inside = try box().run(["run", "--rm"] + flags + ["probe", "syscalls"], timeout: 120)
        #expect(inside.status == 0, "\(inside.errors)")
        let pairs = inside.lines.compactMap { line -> (String, String)? in
            let words = line.split(separator: " ").map(String.init)
            return words.count == 3 ? (words[0] + " " + words[1], words[2]) : nil
        }
        return Dictionary(pairs) { first, _ in first }
    }

    /// The filter of a container with the usual capabilities.
    private func filter() throws -> SeccompFilter {
        let rules = SeccompProfile.standard.rules(
            bounding: ContainerCapabilities.standard, kernel: try KernelVersion.running())
        return try SeccompRanges.compile(rules)
    }

    @Test func theKernelAnswersEveryNumberAsTheProfileSays() throws {
        let inside = try outcomes()
        let bare = try outcomes("--security-opt", "seccomp=unconfined")
        let filter = try filter()
        // The first argument of the probe, where it is not -1, does not matter to the profile's answers below.
        let arguments = [UInt64](repeating: .max, count: 6)
        var allowed = 0
        for number in 0...600 as ClosedRange<UInt32> {
            let found = try #require(inside["x86_64 \(number)"], "\(number)")
            // Linux lets uretprobe and uprobe pass by every filter: `secure_computing` of the x86 entry code.
            if number == 335 || number == 336 { continue }
            switch filter.answer(to: SystemCall(number, arguments))?.action {
            case .allow?:
                allowed += 1
                #expect(found == bare["x86_64 \(number)"], "\(number) is allowed")
            case .errno(1)?: #expect(found == "1", "\(number) is refused")
            case .errno(38)?: #expect(found == "38", "\(number) is unknown")
            case let other: Issue.record("\(number): \(String(describing: other))")
            }
        }
        #expect(allowed > 280 && allowed < 340, "\(allowed) are allowed")
    }

    @Test func theOtherWayInIsShut() throws {
        let inside = try outcomes()
        for number in 0...600 { #expect(inside["x32 \(number)"] == "38", "x32 \(number)") }
    }

    @Test func argumentsAreLookedAt() throws {
        let box = try box()
        func answers(_ flags: String...) throws -> [String: String] {
            let inside = try box.run(["run", "--rm", "-t"] + flags + ["probe", "arguments"])
            let pairs = inside.output.replacingOccurrences(of: "\r", with: "").split(separator: "\n")
                .map { $0.split(separator: " ").map(String.init) }.filter { $0.count == 2 }
            return Dictionary(pairs.map { ($0[0], $0[1]) }) { first, _ in first }
        }
        let inside = try answers()
        for name in ["TIOCSTI", "TIOCSTI-high", "TIOCLINUX", "TIOCLINUX-high"] {
            #expect(inside[name] == "EPERM", "\(name)")
        }
        for name in ["AF_ALG", "AF_VSOCK", "AF_VSOCK-high"] {
            #expect(["EPERM", "EAFNOSUPPORT"].contains(inside[name] ?? ""), "\(name) \(inside[name] ?? "")")
        }
        for name in [
            "unshare-user", "unshare-mount", "unshare-net", "clone-user", "clone-time", "personality-no-randomize",
        ] {
            #expect(inside[name] == "EPERM", "\(name)")
        }
        #expect(inside["clone3"] == "ENOSYS")
        for name in ["AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", "personality-query"] {
            #expect(inside[name] == "0", "\(name)")
        }
        let bare = try answers("--security-opt", "seccomp=unconfined")
        #expect(bare["unshare-user"] == "0" && bare["clone3"] != "ENOSYS", "\(bare)")
    }

    @Test func aProfileOfTheUsersOwnIsUsed() throws {
        let box = try box()
        let profile = try box.file(
            "profile.json",
            """
            {"defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
                {"names": ["mkdir", "mkdirat"], "action": "SCMP_ACT_ERRNO", "errnoRet": 30},
                {"names": ["uname"], "action": "SCMP_ACT_ERRNO", "excludes": {"caps": ["CAP_SYS_ADMIN"]}}
            ]}
            """)
        let inside = try box(
            "run", "--rm", "--security-opt", "seccomp=\(profile)", "busybox", "sh", "-c",
            "mkdir /tmp/x; uname")
        #expect(inside.errors.contains("Read-only file system"), "\(inside)")
        #expect(!inside.output.contains("Linux"))
        try box.container("profiled", ["--security-opt", "seccomp=\(profile)"])
        #expect(try box("exec", "profiled", "mkdir", "/tmp/y").errors.contains("Read-only file system"))
        let broken = try box.file("broken.json", "{\"defaultAction\": \"SCMP_ACT_NONSENSE\"}")
        let refused = try box("run", "--rm", "--security-opt", "seccomp=\(broken)", "busybox", "true")
        #expect(refused.status == 125 && refused.errors.contains("SCMP_ACT_NONSENSE"), "\(refused)")
    }
}
