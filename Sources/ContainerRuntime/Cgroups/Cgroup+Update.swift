// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

extension Cgroup {
    /// Changes the limits of a container that runs: `update`. What is absent stays as it is; -1 takes a limit away.
    ///
    /// Rules for devices are left as they are, as runc does: others may have added to them, and engines send the whole of
    /// `linux.resources` for a change of one limit.
    /// - Returns: what was ignored, a line each, for the log.
    /// - Throws: ``CgroupError``. Nothing was changed if its code is ``CgroupError/Code/limit``,
    ///   ``CgroupError/Code/firstVersion`` or ``CgroupError/Code/inUse``; with ``CgroupError/Code/refused``, the message
    ///   says what was.
    @discardableResult
    public borrowing func update(_ resources: RuntimeConfiguration.Resources) throws(CgroupError) -> [String] {
        let result = try ResourceSettings(resources, current: current())
        try apply(result.settings)
        return result.notes
    }

    private borrowing func current() -> CurrentLimits {
        let quota = CgroupTree.words((try? directory.contents(of: "cpu.max")) ?? []).first
        return CurrentLimits(
            memory: number("memory.max").flatMap { Int64(exactly: $0) },
            memoryInUse: number("memory.current").flatMap { Int64(exactly: $0) }, quota: quota ?? "max")
    }

    borrowing func apply(_ settings: [CgroupSetting]) throws(CgroupError) {
        var done: [CgroupSetting] = []
        var waiting = settings[...]
        while let setting = waiting.popFirst() {
            do throws(SystemError) {
                try setting.write(to: directory)
                done.append(setting)
            } catch {
                // A quota below the burst is refused, and so is a burst above the quota: the other one first.
                if setting.file == "cpu.max", error.errno == .invalid,
                    let burst = waiting.firstIndex(where: { $0.file == "cpu.max.burst" }),
                    (try? waiting[burst].write(to: directory)) != nil
                {
                    done.append(waiting.remove(at: burst))
                    waiting.insert(setting, at: waiting.startIndex)
                    continue
                }
                throw refusal(of: setting, error, after: done)
            }
        }
    }

    private borrowing func refusal(
        of setting: CgroupSetting, _ error: SystemError, after done: [CgroupSetting]
    ) -> CgroupError {
        var words = "cannot set \(setting.file) to \(setting.value)"
        if error.errno == .noEntry, let holder = holder(of: setting.controller) {
            words += ": cgroup v2 has no \(setting.controller) controller on this host, since \(holder)"
        } else if let hint = setting.hint(for: error.errno) {
            words += ": \(hint)"
        }
        words += done.isEmpty ? "; nothing was changed" : "; set before it: " + done.map(\.file).joined(separator: ", ")
        return CgroupError(.refused, words, cause: error)
    }

    private func holder(of controller: String) -> ControllerHolder? {
        guard let tree = try? CgroupTree.find() else { return nil }
        return (try? tree.holder(of: controller)) ?? nil
    }
}
