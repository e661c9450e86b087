// SPDX-License-Identifier: Apache-2.0
import Foundation
import Linux
import TestSupport
import Testing

@testable import Builds

/// `RUN --mount=type=ssh`, with an agent that answers by rote.
@Suite(.commands, .emptyBox) struct AgentMountTests {
    /// Listens at `agent` in `folder`, and answers: no keys, a signature of three bytes, and success to everything else. A
    /// message 255 ends it.
    private func startAgent(in folder: String) throws {
        let agent = Agent(try LocalListener("agent", in: try Descriptor.open(folder, [.readOnly, .directory])))
        Thread.detachNewThread { agent.run() }
        try box().atEnd {
            guard let last = try? LocalConnection(to: folder + "/agent").take() else { return }
            try? last.write([0, 0, 0, 1, 255])
            _ = Clock.wait(seconds: 3) { (try? last.readAll()) != nil && agent.hasEnded }
        }
    }

    private final class Agent: @unchecked Sendable {
        private var listener: LocalListener?
        private let lock = NSLock()
        private var ended = false
        var hasEnded: Bool { lock.withLock { ended } }

        init(_ listener: consuming LocalListener) { self.listener = consume listener }

        func run() {
            let answers: [UInt8: [UInt8]] = [
                11: [0, 0, 0, 5, 12, 0, 0, 0, 0], 13: [0, 0, 0, 8, 14, 0, 0, 0, 3, 1, 2, 3],
            ]
            var goesOn = true
            while goesOn, let client = try? listener?.accept() {
                while goesOn, let request = try? AgentMessage(from: client) {
                    goesOn = request.bytes[4] != 255
                    try? client.write(answers[request.bytes[4]] ?? [0, 0, 0, 1, 6])
                }
            }
            listener = nil
            lock.withLock { ended = true }
        }
    }

    private func build(_ steps: String, _ flags: String...) throws -> Outcome {
        let context = try BuildContext("FROM busybox\nCOPY ask /bin/ask\n" + steps)
        try context.box.shell("cp '\(TestMachine.fixtures)/programs/ask' \(context.path)/ask")
        return try context.box.run(["build", "--progress", "plain", "-t", "built"] + flags + [context.path])
    }

    @Test func theAgentIsAskedWithTheOwnerAndTheModeThatAreWanted() throws {
        let folder = try box().directory("agent")
        try startAgent(in: folder)
        let outcome = try build(
            """
            RUN --mount=type=ssh ask "$SSH_AUTH_SOCK" 000000010b 000000020d00 000000010b; stat -c '<%a %u:%g>' "$SSH_AUTH_SOCK"
            USER 1000:50
            RUN --mount=type=ssh,target=/agent,mode=0660,uid=1001,gid=50 ask /agent 000000010b; stat -c '<%a %u:%g>' /agent
            RUN --mount=type=ssh,target=/agent,uid=1001 ask /agent 000000010b || echo refused
            """, "--ssh", "default=\(folder)/agent")
        #expect(outcome.status == 0, "\(outcome)")
        for line in [
            "000000050c00000000", "000000080e00000003010203", "<600 0:0>", "<660 1001:50>",
            "connect: Permission denied",
            "refused",
        ] {
            #expect(outcome.errors.contains(line), "\(line): \(outcome)")
        }
    }

    @Test func aStepCannotChangeTheAgent() throws {
        let folder = try box().directory("agent")
        try startAgent(in: folder)
        // To add a key, to take all away, to lock it, an extension, and no message at all.
        let outcome = try build(
            """
            RUN --mount=type=ssh ask "$SSH_AUTH_SOCK" 0000000111 0000000113 0000000116 000000011b 000000010b
            RUN --mount=type=ssh ask "$SSH_AUTH_SOCK" ffffffff00 || true
            """, "--ssh", "default=\(folder)/agent")
        #expect(outcome.status == 0, "\(outcome)")
        #expect(outcome.errors.components(separatedBy: "0000000105\n").count == 5, "\(outcome)")
        #expect(outcome.errors.contains("0c00000000"), "\(outcome)")
        #expect(!outcome.errors.contains("0000000106"), "\(outcome)")
        #expect(outcome.errors.contains("closed"), "\(outcome)")
    }

    @Test func anAgentThatIsGoneIsSaid() throws {
        let folder = try box().directory("agent")
        // Its socket stays.
        _ = try LocalListener("agent", in: try Descriptor.open(folder, [.readOnly, .directory]))
        let outcome = try build("RUN --mount=type=ssh true\n", "--ssh", "default=\(folder)/agent")
        #expect(outcome.status != 0)
        #expect(outcome.errors.contains("cannot reach the ssh agent at \(folder)/agent"), "\(outcome)")
    }
}
