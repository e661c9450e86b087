// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `--cgroup-parent`; what limits there do is in Tests/VM/limits.sh.
@Suite(.commands, .box) struct CgroupParentTests {
    private func tree() throws -> String {
        try #require(
            ["/sys/fs/cgroup", "/sys/fs/cgroup/unified"].first {
                FileManager.default.fileExists(atPath: $0 + "/cgroup.procs")
            })
    }

    /// The cgroup of a container's program, as the machine sees it.
    private func cgroup(of name: String, _ box: Box) throws -> String {
        let process = try box("inspect", "-f", "{{.State.Pid}}", name).text
        return try box.shell("grep ^0:: /proc/\(process)/cgroup").text
    }

    @Test(arguments: ["/of-a-test/jobs", "of-a-test/jobs"]) func theCgroupIsBelowIt(_ parent: String) throws {
        let box = try box()
        let tree = try tree()
        box.atEnd { for path in ["/of-a-test/jobs", "/of-a-test"] { rmdir(tree + path) } }
        try box("run", "-d", "--name", "web", "--cgroup-parent", parent, "busybox", "sleep", "1000")
        box.atEnd { _ = try? box("rm", "-f", "web") }
        let id = try box("inspect", "-f", "{{.Id}}", "web").text
        #expect(try cgroup(of: "web", box) == "0::/of-a-test/jobs/\(id)")
        #expect(try box("inspect", "-f", "{{.HostConfig.CgroupParent}}", "web").text == parent)
        // Others find it there, and it is the container's root.
        #expect(try box("exec", "web", "grep", "^0:", "/proc/self/cgroup").text == "0::/")
        #expect(try box("pause", "web").status == 0)
        #expect(try box("unpause", "web").status == 0)
        #expect(try box("restart", "-t", "0", "web").status == 0)
        #expect(try cgroup(of: "web", box) == "0::/of-a-test/jobs/\(id)")
        #expect(try box("rm", "-f", "web").status == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: tree + "/of-a-test/jobs").contains(id) == false)
    }

    @Test func aRunThatIsGoneAndABuildHaveIt() throws {
        let box = try box()
        let tree = try tree()
        box.atEnd { rmdir(tree + "/of-a-test") }
        let plan = try box("run", "--rm", "--dry-run", "--cgroup-parent", "of-a-test", "busybox", "true")
        #expect(plan.errors.contains("\(tree)/of-a-test/") || plan.output.contains("\(tree)/of-a-test/"), "\(plan)")
        #expect(try box("run", "--rm", "--cgroup-parent", "of-a-test", "busybox", "true").status == 0)
        #expect(FileManager.default.fileExists(atPath: tree + "/of-a-test"))
        rmdir(tree + "/of-a-test")
        let context = try box.directory("context")
        try "FROM busybox\nRUN true\n".write(toFile: context + "/Dockerfile", atomically: false, encoding: .utf8)
        let built = try box("build", "--cgroup-parent", "of-a-test", context)
        #expect(built.status == 0, "\(built)")
        #expect(FileManager.default.fileExists(atPath: tree + "/of-a-test"))
    }

    @Test(arguments: [
        ("/", "is the root"), ("../x", "without '..'"), ("a/../b", "without '..'"), ("/minibox/abc", "of a container"),
        ("minibox-supervisors", "name another"), ("cgroup.procs", "control file"),
    ]) func whatCannotBeIsRefused(_ parent: String, _ words: String) throws {
        for command in ["run", "create"] {
            let refused = try box()(command, "--cgroup-parent", parent, "busybox", "true")
            #expect(refused.status == 125 && refused.errors.contains(words), "\(refused)")
        }
    }

    @Test func oneForThreadsIsRefused() throws {
        let box = try box()
        let place = try tree() + "/of-a-test-threads"
        try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: false)
        try FileManager.default.createDirectory(atPath: place + "/in", withIntermediateDirectories: false)
        box.atEnd { for path in [place + "/in", place] { rmdir(path) } }
        try "threaded".write(toFile: place + "/in/cgroup.type", atomically: false, encoding: .utf8)
        let refused = try box("run", "--rm", "--cgroup-parent", "of-a-test-threads/in", "busybox", "true")
        #expect(refused.status == 125 && refused.errors.contains("for threads alone"), "\(refused)")
    }
}
