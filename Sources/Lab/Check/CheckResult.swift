// SPDX-License-Identifier: Apache-2.0

/// What came of checking one exercise.
public struct CheckResult: Sendable {
    public var exercise: Exercise
    public var verdict: Verdict
    public var runs: [ArmRun]
    public var attribution: Attribution?
    public var milliseconds: Int

    public var weak: ArmRun? { runs.first { $0.arm.name == "weak" } }
    public var standard: ArmRun? { runs.first { $0.arm.name == "default" } }
    public var hardened: ArmRun? { runs.first { $0.arm.name == "hardened" } }
    public var leaks: [String] { runs.flatMap(\.leaks) }
}

extension Exercise.FurtherArm {
    /// What its run counts for. Of what has to be seen, all is or it is nothing.
    func evidence(of run: ArmRun) -> Verdict.Evidence.Pair {
        switch wanted {
        case .outcome(let outcome): .init(expected: outcome, seen: run.outcome)
        case .seen(let expected):
            .init(
                expected: .reproduced,
                seen: expected.allSatisfy { $1.holds(run.observations[$0]) } ? .reproduced : .unclear)
        }
    }
}

extension Exercise {
    /// Why it cannot be shown on this machine; nil where it can.
    public func lack() -> String? {
        for requirement in requires {
            if let reason = requirement.lack() { return reason }
        }
        return nil
    }

    /// Runs its arms, each in a lab host of its own, and says what they prove.
    /// - Parameter attributes: whether it is found out which walls of the default run stop the attack.
    /// - Parameter progress: called with the name of each run before it.
    public func check(
        catalog: Catalog, in places: LabPlaces, attributes: Bool, progress: (String) -> Void = { _ in }
    ) throws(LabError) -> CheckResult {
        if let reason = lack() {
            return CheckResult(exercise: self, verdict: .skip(reason), runs: [], attribution: nil, milliseconds: 0)
        }
        var runs: [ArmRun] = []
        for arm in [weak, standard] + (hardened.map { [$0] } ?? []) + further.map(\.arm) {
            progress(arm.name)
            let run = try run(arm, catalog: catalog, in: places)
            runs.append(run)
            if let reason = run.skipped {
                return CheckResult(
                    exercise: self, verdict: .skip(reason), runs: runs, attribution: nil,
                    milliseconds: run.milliseconds)
            }
        }
        var evidence = Verdict.Evidence(
            weak: runs[0].outcome, standard: runs[1].outcome, hardened: hardened == nil ? nil : runs[2].outcome,
            residual: residual)
        evidence.further = zip(further, runs.suffix(further.count)).map { $0.evidence(of: $1) }
        let verdict = Verdict(evidence)
        var attribution: Attribution?
        if attributes, verdict == .pass, !layers.isEmpty {
            attribution = try attribute(catalog: catalog, in: places, &runs, progress)
        }
        return CheckResult(
            exercise: self, verdict: verdict, runs: runs, attribution: attribution,
            milliseconds: runs.reduce(0) { $0 + $1.milliseconds })
    }

    /// Takes each wall away, and leaves each alone.
    private func attribute(
        catalog: Catalog, in places: LabPlaces, _ runs: inout [ArmRun], _ progress: (String) -> Void
    ) throws(LabError) -> Attribution {
        var found: [Attribution.Layer] = []
        for (place, layer) in layers.enumerated() {
            let others = layers.enumerated().filter { $0.offset != place }.flatMap(\.element.flags)
            let arms = [
                Arm(name: "without \(layer.name)", flags: standard.flags + layer.flags),
                Arm(name: "only \(layer.name)", flags: standard.flags + others),
            ]
            var outcomes: [Outcome] = []
            for arm in arms {
                progress(arm.name)
                let run = try run(arm, catalog: catalog, in: places)
                outcomes.append(run.outcome)
                runs.append(run)
            }
            found.append(.init(name: layer.name, without: outcomes[0], alone: outcomes[1]))
        }
        return Attribution(layers: found)
    }
}
