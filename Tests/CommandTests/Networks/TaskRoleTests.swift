// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// `--task-role`: a container is told the credentials of its own role, and nobody else is.
@Suite(.commands, .box) struct TaskRoleTests {
    /// Asks at a path; the first line of the answer, and what is behind its head.
    private static let ask = """
        ask() { printf "${2:-GET} $1 HTTP/1.1\\r\\nHost: 169.254.170.2\\r\\n\\r\\n" | nc -w 20 169.254.170.2 80 | tr -d '\\r'; }
        own=$AWS_CONTAINER_CREDENTIALS_RELATIVE_URI

        """
    private static let askOwn = ask + "ask $own | sed '1,/^$/d'"

    /// A box whose store, which other tests share, has roles by these names for as long as the test takes.
    private func box(_ roles: String...) throws -> Box {
        let box = try TestSupport.box()
        let directory = box.root + "/roles"
        box.atEnd { try? FileManager.default.removeItem(atPath: directory) }
        box.removeContainersAtEnd()
        box.removeNetworksAtEnd()
        try #require(try box.shell("mkdir -m 755 \(directory)").status == 0)
        for role in roles { try write(box, role, "{\"AccessKeyId\":\"\(role)\"}") }
        return box
    }

    /// Puts a role's file in its place, as who renews credentials does.
    private func write(_ box: Box, _ role: String, _ text: String) throws {
        let made = try box.file("new", text, permissions: 0o600)
        try #require(try box.shell("mv \(made) \(box.root)/roles/\(role).json").status == 0)
    }

    private func start(_ box: Box, _ name: String, _ flags: String...) throws {
        let started = try box.run(["run", "-d", "--name", name] + flags + ["busybox", "sleep", "1000"])
        try #require(started.status == 0, "\(started)")
    }

    private func asked(_ box: Box, _ name: String) throws -> String {
        try box("exec", name, "sh", "-c", Self.askOwn).text
    }

    private func path(_ box: Box, _ name: String) throws -> String {
        try box("exec", name, "sh", "-c", "echo $AWS_CONTAINER_CREDENTIALS_RELATIVE_URI").text
    }

    /// Who answers; one at most does in these tests. What it is called has the room that its starter's words had.
    private func answerer(_ box: Box) throws -> Int32? {
        Int32(try box.shell("pgrep -u 65534 -f '^minibox: role'").text)
    }

    @Test func itsOwnIsToldToEachAndNoneToOthers() throws {
        let box = try box("billing", "mail")
        // No wall stands between them.
        try box("network", "create", "--subnet", "10.97.0.0/24", "-o", "metadata=on", "-o", "antispoof=off", "lab")
        try start(box, "first", "--network", "name=lab,ip=10.97.0.2", "--task-role", "billing")
        try start(box, "second", "--network", "lab", "--task-role", "mail")
        try start(box, "third", "--network", "lab", "--cap-add", "NET_ADMIN")
        #expect(try asked(box, "first") == "{\"AccessKeyId\":\"billing\"}")
        #expect(try asked(box, "second") == "{\"AccessKeyId\":\"mail\"}")
        let path = try path(box, "first")
        #expect(path.hasPrefix("/v2/credentials/") && path.utf8.count == 48, "\(path)")
        let other = try box("exec", "second", "sh", "-c", Self.ask + "ask \(path)")
        #expect(other.output.hasPrefix("HTTP/1.1 404 ") && !other.output.contains("AccessKeyId"), "\(other)")
        // One without a role has nobody there, and a way to who has one does not help.
        try box("exec", "third", "ip", "route", "add", "169.254.170.2/32", "via", "10.97.0.2")
        let none = try box("exec", "third", "sh", "-c", Self.ask.replacing("-w 20", with: "-w 2") + "ask \(path)")
        #expect(none.output.isEmpty, "\(none)")
        #expect(try box("inspect", "-f", "{{.HostConfig.TaskRole}}", "first").text == "billing")
    }

    @Test func itIsToldInTheForegroundAndWithoutANetwork() throws {
        let box = try box("billing")
        let own = try box(
            "run", "--rm", "--network", "none", "--task-role", "billing", "-u", "1000", "busybox", "sh", "-c",
            Self.askOwn)
        #expect(own.text == "{\"AccessKeyId\":\"billing\"}", "\(own)")
        let none = try box("run", "--rm", "--network", "none", "busybox", "nc", "-w", "5", "169.254.170.2", "80")
        #expect(none.status != 0, "\(none)")
        let plan = try box("run", "--rm", "--explain", "--dry-run", "--task-role", "billing", "busybox", "true")
        #expect(plan.output.contains("SO_BINDTODEVICE"), "\(plan)")
    }

    @Test func whatIsNoRequestForItIsRefused() throws {
        let box = try box("billing")
        let script =
            Self.ask + """
                for path in / $own/ ${own%?} ${own%?}x $own; do ask $path | head -n 1; done
                ask $own POST | head -n 1
                printf 'nonsense\\n\\n' | nc -w 20 169.254.170.2 80 | head -n 1
                """
        let answers = try box("run", "--rm", "--task-role", "billing", "busybox", "sh", "-c", script).output
        let codes = answers.split(separator: "\n").compactMap { $0.split(separator: " ").dropFirst().first }
        #expect(codes == ["404", "404", "404", "404", "200", "405", "400"], "\(answers)")
    }

    @Test func whatMayNotBeToldIsRefusedBeforeAnythingIsMade() throws {
        let box = try box("billing")
        let file = box.root + "/roles/billing.json"
        func refused(_ words: String..., says reason: String) throws {
            let before = try box("ps", "-aq").text
            for verb in ["run", "create"] {
                let outcome = try box.run([verb, "--task-role", "billing"] + words + ["busybox", "true"])
                #expect(outcome.status == 125 && outcome.errors.contains(reason), "\(verb) \(outcome)")
            }
            #expect(try box("ps", "-aq").text == before)
        }
        try refused("--network", "host", says: "--network host is shared")
        try start(box, "other")
        try refused("--network", "container:other", says: "is shared: leave one of them out")
        try refused("-e", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI=/x", says: "set it by that alone")
        #expect(try box("run", "--task-role", "../x", "busybox", "true").errors.contains("is no name of a role"))
        _ = try box.shell("chmod 640 \(file)")
        try refused(says: "chmod 600 \(file)")
        _ = try box.shell("chmod 600 \(file); chmod g+w \(box.root)/roles")
        try refused(says: "chmod go-w \(box.root)/roles")
        _ = try box.shell("chmod g-w \(box.root)/roles; chown 1000 \(file)")
        try refused(says: "chown root")
        try write(box, "billing", "[]")
        try refused(says: "is no JSON object")
        try write(box, "billing", "{\"a\":\"" + String(repeating: "x", count: 1 << 16) + "\"}")
        try refused(says: "larger than 64 KiB")
        _ = try box.shell("rm \(file); ln -s /etc/passwd \(file)")
        try refused(says: "cannot read the role billing")
        _ = try box.shell("rm \(file)")
        try refused(says: "cannot read the role billing")
    }

    @Test func newCredentialsAreToldAtOnce() throws {
        let box = try box("billing")
        try start(box, "holder", "--task-role", "billing")
        #expect(try asked(box, "holder") == "{\"AccessKeyId\":\"billing\"}")
        let long = "{\"Token\":\"" + String(repeating: "x", count: 60_000) + "\"}"
        try write(box, "billing", long)
        #expect(try asked(box, "holder") == long)
        // What is not to be told any more is not.
        _ = try box.shell("chmod 644 \(box.root)/roles/billing.json")
        let refused = try box("exec", "holder", "sh", "-c", Self.ask + "ask $own").output
        #expect(refused.hasPrefix("HTTP/1.1 503 "), "\(refused)")
    }

    @Test func whoTellsItHasNoRightsAndEndsWithItsContainer() throws {
        let box = try box("billing")
        #expect(try box("create", "--name", "holder", "--task-role", "billing", "busybox", "sleep", "1000").status == 0)
        try box("start", "holder")
        #expect(try answerer(box) == nil, "before it is asked")
        #expect(try asked(box, "holder") == "{\"AccessKeyId\":\"billing\"}")
        let former = try path(box, "holder")
        let first = try #require(try answerer(box))
        let status = try String(contentsOfFile: "/proc/\(first)/status", encoding: .utf8)
        for line in ["Uid:\t65534\t65534\t65534\t65534", "CapPrm:\t0000000000000000", "Seccomp:\t2", "NoNewPrivs:\t1"] {
            #expect(status.contains(line), "\(status)")
        }
        // It is told to it again by who takes it over.
        let supervisor = try #require(status.split(separator: "\n").first { $0.hasPrefix("PPid:") }?.dropFirst(6))
        #expect(kill(try #require(Int32(supervisor)), SIGKILL) == 0)
        #expect(Clock.wait { kill(first, 0) != 0 })
        #expect(try box("ps").output.contains("holder"))
        #expect(try asked(box, "holder") == "{\"AccessKeyId\":\"billing\"}" && path(box, "holder") == former)
        let second = try #require(try answerer(box))
        try box("stop", "-t", "0", "holder")
        #expect(Clock.wait { kill(second, 0) != 0 })
        try box("start", "holder")
        #expect(try asked(box, "holder") == "{\"AccessKeyId\":\"billing\"}" && path(box, "holder") != former)
        try box("rm", "-f", "holder")
        #expect(try answerer(box) == nil)
    }
}
