// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension WallMap {
    /// Files of the kernel's that have no namespace; they are opened for writing, and nothing is written.
    static let files = [
        "/proc/sys/kernel/core_pattern", "/proc/sys/kernel/modprobe", "/proc/sys/vm/drop_caches",
        "/proc/sys/fs/protected_symlinks", "/proc/irq/default_smp_affinity",
    ]

    /// Asks in containers of a lab host of its own: twice for each wall, and twice more.
    public static func draw(
        catalog: Catalog, in places: LabPlaces, progress: (String) -> Void = { _ in }
    ) throws(LabError) -> WallMap {
        if let reason = Requirement.program("minibox-probe").lack() { throw LabError(.missing, reason) }
        // Any of those that face the kernel: of the exercise itself nothing is read.
        guard let exercise = catalog.exercises.first(where: { $0.realm == .kernel }) else {
            throw LabError(.invalid, "no exercise in \(catalog.directory) is about the kernel: see MINIBOX_LAB")
        }
        let (host, hold) = try LabHost.start(
            exercise, called: "map-\(CurrentProcess.id)", catalog: catalog, isKept: false, in: places)
        defer { withExtendedLifetime(hold) {} }
        do throws(LabError) {
            let map = try draw(in: host, progress)
            let leaks = try host.stop()
            guard leaks.isEmpty else { throw LabError(.host, "left behind: " + leaks.joined(separator: ", ")) }
            return map
        } catch {
            _ = try? host.stop()
            throw error
        }
    }

    private static func draw(in host: LabHost, _ progress: (String) -> Void) throws(LabError) -> WallMap {
        try keepFilter(in: host)
        progress("all walls")
        let standard = try answers(in: host, [])
        progress("none")
        let bare = try answers(in: host, Wall.flags { _ in false })
        var without: [[String: String]] = []
        var alone: [[String: String]] = []
        for wall in Wall.all {
            progress("without \(wall.name)")
            without.append(results(try answers(in: host, Wall.flags { $0 != wall })))
            progress("only \(wall.name)")
            alone.append(results(try answers(in: host, Wall.flags { $0 == wall })))
        }
        let open = results(bare)
        let rows = standard.map { answer in
            Row(
                call: answer.call, needs: answer.needs, standard: answer.result, bare: open[answer.call] ?? "",
                attribution: Attribution(
                    layers: Wall.all.enumerated().map { place, wall in
                        .init(
                            name: wall.name, without: outcome(of: without[place][answer.call] ?? ""),
                            alone: outcome(of: alone[place][answer.call] ?? ""))
                    }))
        }
        return WallMap(walls: Wall.all.map(\.name), rows: rows)
    }

    private struct Answer {
        var call: String
        var needs: String
        var result: String
    }

    private static func results(_ answers: [Answer]) -> [String: String] {
        var results: [String: String] = [:]
        for answer in answers { results[answer.call] = answer.result }
        return results
    }

    /// Writes the default run's filter where the runs that keep it find it.
    private static func keepFilter(in host: LabHost) throws(LabError) {
        let shown = try host.run(["minibox", "run", "--rm", "--print-spec", "lab/box", "true"], environment: [])
        guard shown.status.code == 0, let spec = try? JSON(parsing: shown.output),
            let filter = spec["linux"]?["seccomp"]
        else { throw LabError(.host, "cannot read the default filter: \(words(shown.error))") }
        let written = try host.run(
            ["/bin/sh", "-c", "printf %s \"$FILTER\" >\(Wall.profile)"],
            environment: ["FILTER=" + words(filter.bytes())])
        guard written.status.code == 0 else {
            throw LabError(.host, "cannot keep the default filter: \(words(written.error))")
        }
    }

    private static func answers(in host: LabHost, _ flags: [String]) throws(LabError) -> [Answer] {
        let probe = "/.minibox/probe"
        let asked = try host.run(
            ["minibox", "run", "--rm"] + flags
                + ["lab/box", "/bin/sh", "-c", "\(probe) reach && \(probe) open w \"$@\"", "sh"] + files,
            environment: [])
        guard asked.status.code == 0 else {
            throw LabError(.host, "a run with \(flags.joined(separator: " ")) failed: \(words(asked.error))")
        }
        return words(asked.output).split(separator: "\n").compactMap { line in
            guard let json = try? JSON(parsing: Array(line.utf8)), let call = json["what"]?.string,
                let result = json["result"]?.string
            else { return nil }
            return Answer(call: call, needs: json["needs"]?.string ?? file, result: result)
        }
    }

    private static func words(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
