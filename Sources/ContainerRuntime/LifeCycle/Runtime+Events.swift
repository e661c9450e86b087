// SPDX-License-Identifier: Apache-2.0
public import OCI

extension Runtime {
    /// What a container that runs uses now: an event of the type `stats`, in the form of runc's `events --stats`.
    public func statistics(of id: ContainerID) throws(RuntimeError) -> JSON {
        let (state, path) = try running(id)
        return try event(state, try open(path))
    }

    /// Tells what a container uses every `interval` milliseconds, and at once when the kernel has killed a process of it
    /// for memory, until its last process has ended or `tell` fails.
    public func watch(
        _ id: ContainerID, every interval: UInt32, _ tell: (JSON) throws(RuntimeError) -> Void
    ) throws(RuntimeError) {
        let (state, path) = try running(id)
        let cgroup = try open(path)
        var kills = cgroup.outOfMemoryKills()
        var deadline = Deadline(milliseconds: 0)
        while true {
            switch try change(of: cgroup, since: kills, deadline) {
            case .empty: return
            case .outOfMemory(let count):
                kills = count
                try tell(["type": "oom", "id": .string(state.id)])
            case .nothing:
                try tell(try event(state, cgroup))
                deadline = Deadline(milliseconds: interval)
            }
        }
    }

    private func open(_ path: String) throws(RuntimeError) -> Cgroup {
        do throws(CgroupError) {
            return try Cgroup(opening: path)
        } catch {
            throw RuntimeError(error, phase: "cgroup")
        }
    }

    private func change(
        of cgroup: borrowing Cgroup, since kills: UInt64, _ deadline: Deadline
    ) throws(RuntimeError) -> Cgroup.Change {
        do throws(CgroupError) {
            return try cgroup.waitForChange(since: kills, deadline)
        } catch {
            throw RuntimeError(error, phase: "cgroup")
        }
    }

    private func running(_ id: ContainerID) throws(RuntimeError) -> (ContainerState, String) {
        let container = try store.find(id)
        guard let state = try container.state(), container.status(of: state) != .stopped else { throw .notRunning }
        guard let path = state.cgroup else { throw .noCgroup }
        return (state, path)
    }

    private func event(_ state: ContainerState, _ cgroup: borrowing Cgroup) throws(RuntimeError) -> JSON {
        do throws(CgroupError) {
            let data = try cgroup.statistics(process: state.process).json
            return ["type": "stats", "id": .string(state.id), "data": data]
        } catch {
            throw RuntimeError(error, phase: "cgroup")
        }
    }
}
