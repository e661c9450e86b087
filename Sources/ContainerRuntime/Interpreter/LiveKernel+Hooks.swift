// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    /// In the parent: waits until the child has come to `word`, which is up to where `things` are made.
    mutating func hear(until word: UInt8, _ things: String) throws(StepError) {
        do throws(StepFailure) {
            guard let message = try hear() else {
                throw StepFailure(
                    number: 0, step: "set up the container", kind: .died,
                    detail: "its process ended before its \(things) were made")
            }
            switch message.first {
            case word?: return
            case ChildMessage.failure?: throw StepFailure(message: message)
            default:
                throw StepFailure(
                    number: 0, step: "hear from the child", kind: .setup, detail: "it said what nobody asked for")
            }
        } catch {
            // It is the child's failure, and not that of this step.
            heard = error
            throw StepError(cause: nil, detail: "the child did not come that far")
        }
    }

    /// In the child: waits for the parent's word that it may go on.
    mutating func awaitWord() throws(SystemError) {
        guard let channel = socket.take() else { throw SystemError("recvmsg", .brokenPipe) }
        let message = try channel.receive(upTo: 16, of: &table)
        socket = consume channel
        if message.isEmpty { throw SystemError("recvmsg", .brokenPipe) }
    }

    /// In the child: lets the parent run hooks.
    mutating func awaitHooks() throws(SystemError) {
        try socket?.send([ChildMessage.mounted])
        try awaitWord()
    }

    /// In the child: makes namespaces of its own, which the parent may wait for.
    mutating func make(_ namespaces: Namespaces, tells: Bool) throws(SystemError) {
        try CurrentProcess.unshare(namespaces)
        if tells { try socket?.send([ChildMessage.namespaces]) }
    }

    /// In the child: its number on the host, by the host's procfs, which only now is in reach.
    mutating func learnProcess() throws(SystemError) {
        hostID = Int32(try ProcDirectory.open().readLink("self"))
    }
}
