// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LiveKernel {
    /// Copies what a process of another mount namespace sees, which open_tree(2) does only from inside of it: a child goes
    /// there, and hands the copy over. It ends there, and brings nothing else back.
    mutating func copyRoot(_ slot: Slot, of root: ProcessRoot) throws(SystemError) {
        var pair = try MessageSocket.pair()
        let handle = try Process.handle(of: root.process)
        // The number cannot change its meaning while the descriptor is open.
        guard ProcessTimes.start(of: root.process) == root.startTime else {
            throw SystemError("pidfd_open", .noSuchProcess)
        }
        switch try Process.clone(into: []) {
        case .child:
            var code: Int32 = 0
            do throws(SystemError) {
                // Who is in there may not look into this process, which still holds the host's (CVE-2016-9962).
                try CurrentProcess.setDumpable(false)
                try CurrentProcess.join(.mount, of: handle)
                let isWhole = root.path == "/"
                let tree = try DetachedMount(copying: root.path, recursive: isWhole)
                if !isWhole {
                    // Whoever is in there may have put anything in its place.
                    guard try tree.root.fileSystemMagic() == .tmpfs else { throw SystemError("statfs", .noDevice) }
                    try tree.add(.inert, recursive: false)
                }
                try tree.setPropagation(.private, recursive: isWhole)
                var handed = DescriptorTable()
                handed.put(tree.take(), in: 0)
                try pair.takeSecond()?.send([1], descriptors: [0], of: handed)
            } catch {
                code = error.errno.rawValue
            }
            CurrentProcess.exitImmediately(code)
        case .parent(let process):
            let isHanded: Bool
            do throws(SystemError) {
                isHanded = try pair.takeFirst()?.receive(upTo: 16, into: [slot.number], of: &table).isEmpty == false
            } catch {
                _ = try? process.wait()
                throw error
            }
            let status = try process.wait()
            guard isHanded, table.has(slot.number) else {
                throw SystemError("open_tree", status.code == 0 ? .noChild : Errno(rawValue: status.code))
            }
        }
    }
}
