// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@Suite("A plan on the live kernel", .serialized, .enabled(if: KernelHost.isThere, KernelHost.reason))
struct PlanKernelTests {
    @Test(
        "runs a program inside and leaves nothing",
        arguments: [
            ("usual", "uid=0(root) gid=0(root) groups=0(root)"), ("full", "uid=0(root) gid=0(root) groups=0(root)"),
            ("host", "uid=0(root) gid=0(root) groups=0(root)"),
            ("user", "uid=1000(app) gid=1000(app) groups=12,29(audio),50(staff),1000(app)"),
            ("early", "uid=0(root) gid=0(root) groups=0(root)"),
        ])
    func runs(style: String, who: String) throws {
        try KernelHost.withPlace { place in
            let answer = try KernelHost.run(case: "run", in: place, style, "id")
            #expect(answer.code == 0, "\(answer.output)")
            #expect(answer.output == who + "\n")
        }
    }

    /// The proof that no step is decoration: without it a start fails, a named probe answers otherwise, something is
    /// left behind, or the plan is refused.
    @Test("misses every step that is taken away", arguments: ["usual", "full", "host", "user", "early"])
    func misses(style: String) throws {
        try KernelHost.withPlace { place in
            let answer = try KernelHost.run(case: "without", in: place, style)
            #expect(answer.code == 0, "\(answer.output.suffix(2000))")
            let rows = answer.output.split(separator: "\n")
            #expect(rows.count > 55)
            for row in rows { #expect(!row.hasSuffix("NOTHING"), "\(row)") }
            print("without a step of the plan `\(style)`:\n\(answer.output)")
        }
    }

    @Test(
        "catches on the live kernel, too, what validate refuses",
        arguments: [
            ("host", "isolateMounts", "start fails"), ("user", "becomeUser", "probe user"),
            ("early", "loadFilter", "probe Seccomp"), ("usual", "boundCapabilities", "probe CapBnd"),
            ("usual", "undo", "left behind"),
        ])
    func catches(style: String, kind: String, words: String) throws {
        try KernelHost.withPlace { place in
            let answer = try KernelHost.run(case: "without", in: place, style)
            let rows = answer.output.split(separator: "\n").filter { $0.contains(" \(kind) (") }
            #expect(!rows.isEmpty)
            for row in rows { #expect(row.contains(words), "\(row)") }
        }
    }

    @Test(
        "stacks layers by both routes of the kernel, the topmost first, and owns what it writes",
        arguments: ["descriptors", "names"], [2, 127])
    func stacks(route: String, count: Int) throws {
        try KernelHost.withPlace { place in
            let answer = try KernelHost.run(case: "overlay", in: place, route, "\(count)")
            #expect(answer.code == 0, "\(answer.output)")
            // As many files as there are layers beside the root, and the one of all of them; then who owns two of them.
            #expect(answer.output == "\(count) 1 0 0\n")
        }
    }

    @Test("refuses the host's devices even to a container that may make their nodes")
    func refusesDevices() throws {
        try KernelHost.withPlace { place in
            let filtered = try KernelHost.run(case: "devices", in: place)
            #expect(filtered.output.hasSuffix("exit 0\n"), "\(filtered.output)")
            let lines = filtered.output.split(separator: "\n").dropLast()
            #expect(lines.filter { $0.hasSuffix("mknod 0 open EPERM") }.count == lines.count - 1)
            #expect(lines.first == "null mknod 0 open 0")
            let open = try KernelHost.run(case: "devices", in: place, "unfiltered")
            #expect(open.output.hasSuffix("exit 1\n"), "without the filter the probe finds something: \(open.output)")
        }
    }

    @Test("tells of a child that cannot join its namespaces, once and by its step")
    func tellsOfJoin() throws {
        try KernelHost.withPlace { place in
            let answer = try KernelHost.run(case: "join", in: place)
            #expect(answer.code == 0, "\(answer.output)")
            let lines = answer.output.split(separator: "\n")
            #expect(lines.count == 1, "\(answer.output)")
            #expect(lines.first?.hasSuffix("in the cgroup: pidfd_open: no such process") == true, "\(answer.output)")
        }
    }

    @Test("leaves nothing when the child is killed at any step", arguments: ["usual", "full", "host"])
    func survivesKill(style: String) throws {
        try KernelHost.withPlace { place in
            let answer = try KernelHost.run(case: "kill", in: place, style)
            #expect(answer.code == 0, "\(answer.output.suffix(2000))")
            let rows = answer.output.split(separator: "\n")
            #expect(rows.count > 40)
            for row in rows {
                #expect(row.hasSuffix(": nothing left"), "\(row)")
                #expect(!row.contains("NO FAILURE"), "\(row)")
            }
        }
    }
}
