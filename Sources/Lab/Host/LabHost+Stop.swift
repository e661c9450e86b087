// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension LabHost {
    /// Ends all of the lab host's processes, and takes away what was made for it.
    /// - Returns: what is left all the same, a line each; nothing of it should be.
    public func stop() throws(LabError) -> [String] {
        let process = state?.process
        let namespace = process.flatMap { Self.processNamespace(of: $0) }
        let result = try runtime(["delete", "--force", runtimeID])
        guard result.status.code == 0 else {
            throw LabError(
                .host, "cannot take the lab host away: \(String(decoding: result.error, as: UTF8.self))")
        }
        let parent = try LabPlaces.make(places.hosts)
        do throws(SystemError) { try remove(from: parent) } catch {
            throw LabError(.host, "cannot remove \(directory)", cause: error)
        }
        // What the kernel has killed may need a moment to be gone, and a long one on a busy machine.
        let end = Clock.monotonic + 60_000_000_000
        while true {
            let left = leaks(of: namespace)
            if left.isEmpty || Clock.monotonic > end {
                try removeStore()
                return left
            }
            Clock.sleep(milliseconds: 20)
        }
    }

    /// It loses its name before its state: what has a name and no state is no one's, and never half of one that is
    /// on its way out while another one of the same name is made.
    private func remove(from parent: borrowing Descriptor) throws(SystemError) {
        do {
            let top = try parent.open(name, [.readOnly, .directory, .noFollow])
            for entry in try top.names() where entry != "state.json" { try top.removeTree(entry) }
            let nameless = ".\(name).\(CurrentProcess.id)"
            try parent.rename(name, to: nameless)
            try parent.removeTree(nameless)
        } catch  where error.errno == .noEntry {
            // Another command was faster.
        }
    }

    /// What of a lab host that was stopped is still there.
    private func leaks(of namespace: String?) -> [String] {
        var leaks: [String] = []
        if let namespace {
            let names = (try? Descriptor.open("/proc", [.directory]).entries()) ?? []
            for number in names.compactMap({ Int32($0) })
            where Self.processNamespace(of: number) == namespace && !Self.hasEnded(number) {
                leaks.append("process \(number) is still in its pid namespace")
            }
        }
        let table = (try? Descriptor.contents(of: "/proc/self/mountinfo")) ?? []
        for entry in MountTable.entries(in: table) where entry.point.hasPrefix(directory + "/") {
            leaks.append("a mount is still at \(entry.point)")
        }
        if Programs.isThere("\(places.runtime)/\(runtimeID)") {
            leaks.append("its state is still in \(places.runtime)")
        }
        for mount in (try? MountTable.entries(ofTypes: ["cgroup2"])) ?? [] {
            let names = (try? Descriptor.open(mount.point, [.directory]).entries()) ?? []
            for name in names where name.hasSuffix(runtimeID) {
                leaks.append("the cgroup \(mount.point)/\(name) is left")
            }
        }
        return leaks
    }

    /// Whether a process is but a number that its parent has not asked for: some that are process 1 never do.
    private static func hasEnded(_ process: Int32) -> Bool {
        guard let status = try? Descriptor.contents(of: "/proc/\(process)/status") else { return true }
        return ["Z", "X"].contains(ProcessStatus(status).value(of: "State")?.first)
    }

    private static func processNamespace(of process: Int32) -> String? {
        try? Descriptor.open("/proc/\(process)", [.path, .directory]).readLink("ns/pid")
    }
}
