// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// One run of an exercise's attack, in a lab host of its own.
public struct ArmRun: Hashable, Sendable {
    public var arm: Exercise.Arm
    public var outcome: Outcome
    public var observations: Observations
    /// What the attack printed, for people.
    public var output: String
    public var status: Int32
    /// Why the exercise cannot be shown here, as its setup says.
    public var skipped: String?
    /// What was left of the lab host; nothing of it should be.
    public var leaks: [String]
    public var milliseconds: Int
}

extension Exercise {
    /// Runs an arm: a fresh lab host, `setup.sh`, `attack.sh` with the arm's flags, `observe.sh`, and the host is gone.
    func run(_ arm: Arm, catalog: Catalog, in places: LabPlaces) throws(LabError) -> ArmRun {
        let start = Clock.monotonic
        let name = "\(label)-\(CurrentProcess.id)"
        let (host, hold) = try LabHost.start(self, called: name, catalog: catalog, isKept: false, in: places)
        var run = ArmRun(
            arm: arm, outcome: .unclear, observations: Observations(), output: "", status: 0, leaks: [],
            milliseconds: 0)
        do throws(LabError) { try perform(arm, in: host, &run) } catch {
            _ = try? host.stop()
            throw error
        }
        run.leaks = try host.stop()
        withExtendedLifetime(hold) {}
        run.milliseconds = Int((Clock.monotonic - start) / 1_000_000)
        return run
    }

    private func perform(_ arm: Arm, in host: LabHost, _ run: inout ArmRun) throws(LabError) {
        let folder = "\(HostDescription.lab)/exercise"
        let flag = host.state?.flag ?? ""
        let known = variables(arm: arm.name)
        if contents(of: Script.setup.file) != nil {
            let setup = try host.run(
                ["/bin/sh", "\(folder)/\(Script.setup.file)"], environment: known + ["LAB_FLAG=\(flag)"])
            if setup.status.code == 77 {
                run.skipped =
                    Self.text(setup.output).split(separator: "\n").last.map(String.init) ?? "its setup says so"
                return
            }
            guard setup.status.code == 0 else {
                throw LabError(.host, "\(name)/setup.sh ended with \(setup.status.code): \(Self.text(setup.error))")
            }
        }
        let attack = try host.run(
            ["/bin/sh", "\(HostDescription.lab)/exercises/share/run-attack.sh"] + arm.flags, environment: known)
        run.status = attack.status.code
        run.output = Self.text(attack.output) + Self.text(attack.error)
        let observed = try host.run(
            ["/bin/sh", "\(folder)/\(Script.observe.file)"],
            environment: known + ["LAB_FLAG=\(flag)", "LAB_OUT=/lab/out", "LAB_STATUS=\(run.status)"])
        guard observed.status.code == 0 else {
            throw LabError(
                .host, "\(name)/observe.sh ended with \(observed.status.code): \(Self.text(observed.error))")
        }
        run.observations = Observations(parsing: Self.text(observed.output))
        run.outcome = effect.outcome(of: run.observations)
    }

    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
