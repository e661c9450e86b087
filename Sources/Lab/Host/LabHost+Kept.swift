// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension LabHost {
    /// The lab host of an exercise that was started; one that does not run is an error.
    public static func running(_ exercise: Exercise, in places: LabPlaces) throws(LabError) -> LabHost {
        let host = LabHost(name: exercise.label, places: places)
        guard host.isRunning else {
            throw LabError(
                .invalid, "\(exercise.name) is not started: 'minibox lab start \(exercise.label)' makes its lab host")
        }
        return host
    }

    /// Makes the lab host of an exercise for somebody to work in, in the place of one that there was, and sets the stage.
    public static func startKept(
        _ exercise: Exercise, catalog: Catalog, seed: String?, keepsTyped: Bool, in places: LabPlaces
    ) throws(LabError) -> LabHost {
        let (host, hold) = try start(
            exercise, called: exercise.label, catalog: catalog, isKept: true, seed: seed, keepsTyped: keepsTyped,
            in: places)
        defer { withExtendedLifetime(hold) {} }
        guard exercise.contents(of: Exercise.Script.setup.file) != nil else { return host }
        let setup = try host.run(
            ["/bin/sh", "\(HostDescription.lab)/exercise/setup.sh"],
            environment: exercise.variables(arm: "student") + ["LAB_FLAG=\(host.state?.flag ?? "")"])
        guard setup.status.code == 0 else {
            _ = try? host.stop()
            let said = String(decoding: setup.status.code == 77 ? setup.output : setup.error, as: UTF8.self)
            throw LabError(.missing, "\(exercise.name) cannot be set up here: \(said)")
        }
        return host
    }

    /// Runs a shell there in the place of this program, on its terminal: `command`. Returns only where that failed.
    public func openShell(_ command: [String]) throws(LabError) -> Int32 {
        let words = try shellWords(command)
        let terminal = Environment.value(of: "TERM") ?? "xterm"
        let shell = HostProgram(
            words[0], Array(words.dropFirst()),
            environment: [HostDescription.path, "SWIFT_BACKTRACE=enable=no", "TERM=\(terminal)"])
        do throws(SystemError) { try shell.become() } catch {
            throw LabError(.host, "cannot open a shell in the lab host", cause: error)
        }
        return 70
    }
}

extension Exercise {
    /// What its scripts find in their environment.
    func variables(arm: String) -> [String] {
        ["LAB_ARM=\(arm)", "LAB_WORK=/lab", "LAB_EXERCISE=\(HostDescription.lab)/exercise"]
    }
}
