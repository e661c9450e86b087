// SPDX-License-Identifier: Apache-2.0
public import Linux

/// The process that carries to a container what the kernel routes nowhere: connections over TCP and datagrams of UDP to
/// ::1.
///
/// It is a copy of the supervisor that has given up all rights and every descriptor but the sockets that hold the ports. It
/// looks at nothing that it carries, and is gone when this is.
public final class PortRelay: Sendable {
    private let process: Process
    /// The kernel's number for nobody: `overflowuid` of proc(5).
    private static let nobody: UInt32 = 65534

    /// Makes the process; nil where no port needs one, or there can be none.
    ///
    /// - Parameter targets: the container's addresses, one of each family at most.
    public static func start(for ports: HeldPorts, to targets: [InternetAddress]) -> PortRelay? {
        guard let target = targets.first(where: { $0.family == .v6 }) ?? targets.first else { return nil }
        let relayed = ports.sockets.filter { $0.mapping.isRelayed(at: $0.address) }
        guard !relayed.isEmpty else { return nil }
        let parent = CurrentProcess.id
        do throws(SystemError) {
            switch try Process.clone(into: []) {
            case .parent(let process): return PortRelay(process)
            case .child:
                do throws(SystemError) { try run(relayed, to: target, below: parent) } catch {}
                CurrentProcess.exitImmediately(1)
            }
        } catch { return nil }
    }

    private init(_ process: consuming Process) { self.process = process }

    deinit {
        try? process.send(.kill)
        _ = try? process.wait()
    }

    private static func run(
        _ ports: [HeldPort], to target: InternetAddress, below parent: Int32
    ) throws(SystemError) {
        var kept = KeptDescriptors()
        for port in ports { kept.keep(port.socket.socket) }
        try CurrentProcess.closeDescriptors(except: kept)
        try CurrentProcess.letGoOfCaller()
        CurrentProcess.setCommandLine("minibox: relaying to \(target)")
        CurrentProcess.ignore(.brokenPipe)
        try CurrentProcess.setSupplementaryGroups([])
        try CurrentProcess.setGroup(nobody)
        // With it go all capabilities: capabilities(7).
        try CurrentProcess.setUser(nobody)
        try CurrentProcess.setNoNewPrivileges()
        // Forgotten with other ids: PR_SET_PDEATHSIG of prctl(2).
        try CurrentProcess.setParentDeathSignal(.kill)
        guard CurrentProcess.parent == parent else { return }
        var loop = try RelayLoop(ports, to: target)
        try loop.run()
    }
}
