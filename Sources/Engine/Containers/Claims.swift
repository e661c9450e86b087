// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Networks

/// What a container has for itself while it runs, beside its own directory: ids of the host's, addresses, ports. Each is
/// a symbolic link that nobody else can make, with the container's id as its text; removing it gives the thing back.
///
/// Before the first step of a start they are in the container's journal, so that whoever finds it dead gives them back.
struct Claims: Sendable {
    /// The links.
    var files: [String] = []
    /// Where it is written down what the firewall knows of it.
    var walls: [String] = []
    /// Where it is noted what it is called on its networks.
    var names: [String] = []
    /// Holds ports of the host for as long as this is there.
    var ports: HeldPorts?
    /// Carries there what the kernel does not, for as long as this is there.
    var relay: PortRelay?
    /// Where they lead, as the firewall knows it.
    var publications: [FirewalledPublication] = []

    /// Gives all of it back that is still the container's. Whoever gets one of the ports or addresses next is reached by it
    /// alone: where the firewall cannot be told, they stay taken, and a later command tries again.
    func giveBack(of container: String) {
        do throws(NetworkError) { try NetworkStore.takeBack(publications) } catch { return }
        for file in names { try? Undo.removeFile(path: file).perform() }
        for file in walls { try? Undo.removeFile(path: file).perform() }
        for file in files { try? Undo.removeLink(path: file, owner: container).perform() }
    }
}
