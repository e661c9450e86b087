// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension Engine {
    /// The processes of a container, by their numbers on the host. No program of the container or the host is run for it.
    public func processes(of text: String) throws(EngineError) -> [ProcessRow] {
        recover()
        let running = try runningCgroup(text)
        let numbers: [Int32]
        do throws(CgroupError) { numbers = try running.cgroup.processes().sorted() } catch {
            throw EngineError(.notRunning, "the container \(running.record.name) has just ended", cause: error)
        }
        let (boot, now, users) = (Self.bootTime(), Clock.wall, Self.hostUsers())
        return numbers.compactMap { ProcessRow(of: $0, bootTime: boot, now: now, users: users) }
    }

    /// In seconds since 1970: proc_stat(5), `btime`.
    private static func bootTime() -> Int64 {
        for line in ((try? Descriptor.contents(of: "/proc/stat")) ?? []).split(separator: UInt8(ascii: "\n"))
        where line.starts(with: Array("btime ".utf8)) {
            return Int64(String(decoding: line.dropFirst(6), as: UTF8.self)) ?? 0
        }
        return 0
    }

    /// The names of the host's users, from its own file.
    private static func hostUsers() -> [UInt32: String] {
        var users: [UInt32: String] = [:]
        for line in ((try? Descriptor.contents(of: "/etc/passwd")) ?? []).split(separator: UInt8(ascii: "\n")) {
            let fields = line.split(separator: UInt8(ascii: ":"), omittingEmptySubsequences: false)
            guard fields.count > 3, let id = UInt32(String(decoding: fields[2], as: UTF8.self)), users[id] == nil else {
                continue
            }
            users[id] = String(decoding: fields[0], as: UTF8.self)
        }
        return users
    }
}
