// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// A socket that stands for an ssh agent's in one step, with the owner and the mode that the step asks for.
///
/// It is asked for the list of keys and for signatures, and refuses all else: a step cannot add keys, take them away or
/// lock the agent (draft-ietf-sshm-ssh-agent, "Message Types"). An agent answers its own user and root alone, and in a
/// container nobody is either, so a step could not use the agent's own socket.
final class AgentRelay {
    private static let name: FileName = "agent"

    /// Absolute, of the socket.
    let path: String
    private let process: Process

    /// Makes the directory `place` with the socket for the agent at `agent`. This process must have a single thread.
    init(to agent: String, at place: String, mode: UInt32, user: UInt32, group: UInt32) throws(SystemError) {
        let directory = try Descriptor.makeDirectories(place, mode: 0o700)
        let listener = try LocalListener(Self.name, in: directory)
        try directory.setPermissions(mode, of: Self.name)
        try directory.setOwner(user: user, group: group, of: Self.name)
        process = try Self.start(listener, to: agent)
        path = "\(place)/\(Self.name)"
    }

    private static func start(_ listener: borrowing LocalListener, to agent: String) throws(SystemError) -> Process {
        switch try Process.clone(into: []) {
        case .child: CurrentProcess.exitImmediately(relay(listener, to: agent))
        case .parent(let process): return process
        }
    }

    deinit {
        try? process.send(.kill)
        _ = try? process.wait()
    }

    /// Gives each connection a process of its own. Returns a code to exit with.
    private static func relay(_ listener: borrowing LocalListener, to agent: String) -> Int32 {
        do throws(SystemError) {
            try CurrentProcess.setParentDeathSignal(.kill)
            CurrentProcess.ignore(.child)
            while true {
                let client = try listener.accept()
                switch try Process.clone(into: []) {
                case .parent: continue
                case .child:
                    try CurrentProcess.setParentDeathSignal(.kill)
                    try serve(client, by: try LocalConnection(to: agent).take())
                    return 0
                }
            }
        } catch {
            return 1
        }
    }

    private static func serve(_ client: borrowing Descriptor, by agent: borrowing Descriptor) throws(SystemError) {
        while let request = try AgentMessage(from: client) {
            guard request.isHarmless else {
                try client.write(AgentMessage.failure)
                continue
            }
            try agent.write(request.bytes)
            guard let answer = try AgentMessage(from: agent) else { return }
            try client.write(answer.bytes)
        }
    }
}

/// A message of the protocol of ssh agents: a length, and as many bytes, of which the first says what it is.
struct AgentMessage: Sendable {
    /// As OpenSSH's agent has it.
    private static let mostBytes = 256 << 10
    /// SSH_AGENTC_REQUEST_IDENTITIES and SSH_AGENTC_SIGN_REQUEST.
    private static let harmless: [UInt8] = [11, 13]
    /// SSH_AGENT_FAILURE.
    static let failure: [UInt8] = [0, 0, 0, 1, 5]

    /// All of it.
    let bytes: [UInt8]

    var isHarmless: Bool { bytes.count > 4 && Self.harmless.contains(bytes[4]) }

    /// Reads one; nil at the end, and where what comes is none.
    init?(from source: borrowing Descriptor) throws(SystemError) {
        guard let head = try Self.read(4, from: source) else { return nil }
        var length = 0
        for byte in head { length = length << 8 | Int(byte) }
        guard length > 0, length <= Self.mostBytes, let body = try Self.read(length, from: source) else { return nil }
        bytes = head + body
    }

    private static func read(_ count: Int, from source: borrowing Descriptor) throws(SystemError) -> [UInt8]? {
        var result: [UInt8] = []
        while result.count < count {
            let part = try source.read(upTo: count - result.count)
            if part.isEmpty { return nil }
            result += part
        }
        return result
    }
}
