// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux

/// Asks the kernel from inside a container: with `minibox-probe`, as `exec --program` runs it there.
enum AuditProbe {
    /// What the probe printed, as the container's own user and with all that confines it.
    static func ask(_ record: ContainerRecord, _ globals: GlobalOptions) throws(EngineError) -> [UInt8] {
        let result: RunningProgram.Result?
        do throws(SystemError) {
            let own = try Descriptor.open("/proc/self", [.path, .directory]).readLink("exe")
            let folder = own.split(separator: "/").dropLast().map { "/\($0)" }.joined()
            let probe = folder + "/minibox-probe"
            guard StaticProgram.isOne(at: probe) else {
                throw SystemError("open minibox-probe", .noEntry)
            }
            let command = HostProgram(
                "/proc/self/exe",
                ["--root", globals.places.root, "--run-root", globals.places.runRoot, "exec", "--program", probe]
                    + [record.id, "minibox-probe", "reach"],
                environment: ["LC_ALL=C", "SWIFT_BACKTRACE=enable=no"])
            result = try command.start(in: try Descriptor.open("/", [.path, .directory]))
                .finish(limit: 1 << 20, within: 300_000)
        } catch {
            throw EngineError(.start, "cannot ask in \(record.name)", cause: error)
        }
        guard let result else { throw EngineError(.start, "the probe in \(record.name) does not end") }
        guard result.status.code == 0 else {
            let words = String(decoding: result.error, as: UTF8.self).split(separator: "\n").last.map(String.init)
            throw EngineError(.start, words ?? "the probe in \(record.name) ended with \(result.status.code)")
        }
        return result.output
    }
}
