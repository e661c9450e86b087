// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

extension Engine {
    /// Holds every process of a container: on return none of them runs.
    public func pause(_ text: String) throws(EngineError) {
        recover()
        let running = try runningCgroup(text)
        guard !running.cgroup.isFrozen() else {
            throw EngineError(.invalid, "the container \(running.record.name) is already paused")
        }
        do throws(CgroupError) { try running.cgroup.freeze() } catch {
            throw EngineError(.invalid, "cannot pause the container \(running.record.name)", cause: error)
        }
        record(event: .container(running.record, "pause"))
        record(Action("pause", running.record))
    }

    /// Lets the processes of a paused container go on.
    public func unpause(_ text: String) throws(EngineError) {
        recover()
        let running = try runningCgroup(text)
        guard running.cgroup.isFrozen() else {
            throw EngineError(.invalid, "the container \(running.record.name) is not paused")
        }
        do throws(CgroupError) { try running.cgroup.thaw() } catch {
            throw EngineError(.invalid, "cannot unpause the container \(running.record.name)", cause: error)
        }
        record(event: .container(running.record, "unpause"))
        record(Action("unpause", running.record))
    }

    /// A container that runs, and its cgroup.
    func runningCgroup(_ text: String) throws(EngineError) -> RunningCgroup {
        let (record, _) = try running(text)
        guard let path = ContainerDetails(record.details)?.cgroup else {
            throw EngineError(
                .invalid, "the container \(record.name) has no cgroup, as this host has no cgroup v2 tree for it")
        }
        do throws(CgroupError) { return RunningCgroup(record: record, cgroup: try Cgroup(opening: path)) } catch {
            throw EngineError(.notRunning, "the container \(record.name) has just ended", cause: error)
        }
    }
}

struct RunningCgroup: ~Copyable {
    let record: ContainerRecord
    let cgroup: Cgroup
}

extension ContainerRecord {
    /// Whether its processes are held: asked of the kernel, since nobody has to be told of it who held them.
    public var isPaused: Bool {
        guard case .running = state, let path = details["Cgroup"]?.string ?? summary["Cgroup"]?.string,
            let file = try? Descriptor.open(path + "/cgroup.freeze", .readOnly),
            let state = try? file.read(upTo: 2)
        else { return false }
        return state.first == UInt8(ascii: "1")
    }

    /// Docker's word for where it is in its life, which the state alone does not tell of one that is paused.
    public var word: String { isPaused ? "paused" : state.word }
}
