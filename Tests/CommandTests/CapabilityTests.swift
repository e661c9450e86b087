// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

/// The five sets, no_new_privs and the mode of the filter, as the kernel tells them.
@Suite(.commands, .box) struct CapabilityTests {
    static let standard = "00000000800405fb"
    static let none = "0000000000000000"

    /// Inheritable, permitted, effective, bounding and ambient.
    static func sets(_ outcome: Outcome) -> [String] {
        outcome.lines.filter { $0.hasPrefix("Cap") }.map { String($0.split(separator: "\t")[1]) }
    }

    private func run(_ flags: String...) throws -> Outcome {
        try box().run(["run", "--rm"] + flags + ["busybox", "cat", "/proc/self/status"])
    }

    @Test func elevenByDefault() throws {
        let set = Self.standard
        #expect(try Self.sets(run()) == [Self.none, set, set, set, Self.none])
        #expect(UInt64(set, radix: 16)?.nonzeroBitCount == 11)
    }

    @Test func oneIsAdded() throws {
        let set = "00000000800425fb"
        #expect(try Self.sets(run("--cap-add", "NET_RAW")) == [Self.none, set, set, set, Self.none])
        #expect(try Self.sets(run("--cap-add", "cap_net_raw")) == [Self.none, set, set, set, Self.none])
    }

    @Test func oneIsDropped() throws {
        let set = "00000000800405fa"
        #expect(try Self.sets(run("--cap-drop", "CHOWN")) == [Self.none, set, set, set, Self.none])
    }

    @Test func allAreDropped() throws {
        #expect(try Self.sets(run("--cap-drop", "ALL")) == [String](repeating: Self.none, count: 5))
        let one = "0000000000000400"
        #expect(
            try Self.sets(run("--cap-drop", "ALL", "--cap-add", "NET_BIND_SERVICE")) == [
                Self.none, one, one, one, Self.none,
            ])
    }

    @Test func allThatTheHostHasAreAdded() throws {
        let bounding = try String(contentsOfFile: "/proc/self/status", encoding: .utf8)
            .firstMatch(of: /CapBnd:\t([0-9a-f]+)/).map { String($0.1) }
        let sets = try Self.sets(run("--cap-add", "ALL"))
        #expect(sets[1] == bounding && sets[2] == bounding && sets[3] == bounding)
        #expect(try Self.sets(run("--privileged"))[2] == bounding)
    }

    @Test func anOrdinaryUserHasNone() throws {
        let sets = try Self.sets(run("-u", "1000"))
        #expect(sets == [Self.none, Self.none, Self.none, Self.standard, Self.none])
    }

    @Test func anUnknownOneIsRefused() throws {
        let refused = try run("--cap-add", "NET_RAWW")
        #expect(refused.status == 125)
        #expect(refused.errors.contains("NET_RAW"))
    }

    @Test func execHasTheSame() throws {
        let box = try box()
        try box.container("sets", ["--cap-drop", "CHOWN"])
        let inside = try box("exec", "sets", "cat", "/proc/self/status")
        #expect(
            Self.sets(inside) == [Self.none, "00000000800405fa", "00000000800405fa", "00000000800405fa", Self.none])
        #expect(inside.output.contains("NoNewPrivs:\t1") && inside.output.contains("Seccomp:\t2"))
        #expect(
            try Self.sets(box("exec", "-u", "1000", "sets", "cat", "/proc/self/status")).dropFirst(2).first == Self.none
        )
    }

    @Test func noNewPrivilegesIsOnUnlessTurnedOff() throws {
        #expect(try run().output.contains("NoNewPrivs:\t1"))
        #expect(try run("--security-opt", "no-new-privileges=false").output.contains("NoNewPrivs:\t0"))
        #expect(try run("--privileged").output.contains("NoNewPrivs:\t0"))
        #expect(try run("--privileged", "--security-opt", "no-new-privileges").output.contains("NoNewPrivs:\t1"))
    }

    @Test func thereIsOneFilterUnlessTurnedOff() throws {
        let inside = try run().output
        #expect(inside.contains("Seccomp:\t2") && inside.contains("Seccomp_filters:\t1"))
        #expect(try run("--security-opt", "seccomp=unconfined").output.contains("Seccomp:\t0"))
        #expect(try run("--privileged").output.contains("Seccomp:\t0"))
        #expect(try run("--privileged", "--security-opt", "seccomp=builtin").output.contains("Seccomp:\t2"))
    }
}
