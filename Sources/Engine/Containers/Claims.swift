// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Networks

/// What a container has for itself while it runs, beside its own directory: ids of the host's, addresses, ports. Each is
/// a file that nobody else can make; removing it gives the thing back.
///
/// Before the first step of a start the files are in the container's journal, so that whoever finds it dead gives them
/// back.
struct Claims: Sendable {
    var files: [String] = []
    /// Holds ports of the host for as long as this is there.
    var ports: HeldPorts?
    /// Where they lead, as the firewall knows it.
    var publications: [FirewalledPublication] = []

    /// Gives all of it back. Whoever gets one of the ports or addresses next is reached by it alone.
    func giveBack() {
        try? NetworkStore.takeBack(publications)
        for file in files { try? Undo.removeFile(path: file).perform() }
    }
}
