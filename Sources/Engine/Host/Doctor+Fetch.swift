// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension Doctor {
    /// Whether the program that speaks with registries is there, and how it can be confined: asked of itself, started as it
    /// is for a pull.
    var fetching: Finding {
        let name = "fetching"
        let path: String
        do throws(EngineError) { path = try RegistryEnvironment.program() } catch {
            return Finding(name, .degraded, "\(error)", costs: Self.cost, remedy: "set MINIBOX_FETCH to its file")
        }
        let answer: JSON?
        do throws(SystemError) { answer = try Self.confinement(of: path, near: Engine.nearest(to: places.root)) } catch
        {
            return Finding(
                name, .degraded, "\(path) cannot be started as nobody: \(error.errno)", costs: Self.cost,
                remedy: error.errno == .noEntry
                    ? "install minibox-fetch beside minibox, or name its file in MINIBOX_FETCH"
                    : "run minibox as root, from where everybody may execute what is there")
        }
        return Self.finding(name, path, answer)
    }

    private static let cost = "there is no pull, push, login, search or ADD of an address"

    /// What its answer means; nil where it gave none.
    static func finding(_ name: String, _ path: String, _ answer: JSON?) -> Finding {
        guard let hasFilter = answer?["filter"]?.bool else {
            return Finding(
                name, .degraded, "\(path) is no minibox-fetch of this version", costs: cost,
                remedy: "install the one that belongs to this minibox")
        }
        let version = answer?["landlock"]?.int
        let landlock = version.map { "Landlock (version \($0))" } ?? "no Landlock"
        let found = "as nobody, \(landlock), \(hasFilter ? "a filter of system calls" : "no filter of system calls")"
        if version != nil, hasFilter { return Finding(name, found) }
        return Finding(
            name, .degraded, found,
            costs: version == nil
                ? "who takes minibox-fetch over can read what everybody may read on this machine"
                : "who takes minibox-fetch over can use every system call that nobody may use",
            remedy: version == nil
                ? "boot a kernel that has Landlock, with landlock among the modules of lsm= (5.13 and later)"
                : "boot a kernel with CONFIG_SECCOMP_FILTER")
    }

    /// What the program says of itself; nil where that is not what it should be.
    private static func confinement(of path: String, near place: String) throws(SystemError) -> JSON? {
        let parent = try Descriptor.open(place, [.directory])
        return try ProbeDirectory.use(in: parent) { directory throws(SystemError) in
            try directory.setOwner(user: ConfinedProgram.user, group: ConfinedProgram.user)
            let program = ConfinedProgram(path, arguments: ["minibox-fetch", "confinement"], environment: ["LC_ALL=C"])
            let process = try program.start(in: directory)
            var bytes: [UInt8] = []
            let start = Clock.monotonic
            while bytes.count < 1 << 12, Clock.monotonic - start < patience {
                var set = PollSet()
                let output = set.add(process.output, .reading)
                try set.wait(milliseconds: 1000)
                guard set.isReady(output) else { continue }
                let part = try process.output.read(upTo: 1 << 12)
                if part.isEmpty { break }
                bytes += part
            }
            _ = process.end()
            return try? JSON(parsing: bytes)
        }
    }

    /// Nanoseconds.
    private static let patience: UInt64 = 10_000_000_000
}
