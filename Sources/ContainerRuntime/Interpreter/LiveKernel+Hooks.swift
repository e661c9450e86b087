// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    /// In the parent: waits until the child has made its mounts.
    mutating func awaitMounts() throws(StepError) {
        do throws(StepFailure) {
            guard let message = try hear() else {
                throw StepFailure(
                    number: 0, step: "set up the container", kind: .died,
                    detail: "its process ended before its mounts were made")
            }
            switch message.first {
            case ChildMessage.mounted?: return
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

    /// In the child: lets the parent run hooks.
    mutating func awaitHooks() throws(SystemError) {
        try socket?.send([ChildMessage.mounted])
        guard let channel = socket.take() else { throw SystemError("recvmsg", .brokenPipe) }
        let message = try channel.receive(upTo: 16, of: &table)
        socket = consume channel
        if message.isEmpty { throw SystemError("recvmsg", .brokenPipe) }
    }

    /// In the child: its number on the host, by the host's procfs, which only now is in reach.
    mutating func learnProcess() throws(SystemError) {
        hostID = Int32(try ProcDirectory.open().readLink("self"))
    }
}
