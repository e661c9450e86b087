// SPDX-License-Identifier: Apache-2.0
public import OCI

extension CheckResult {
    /// As `minibox lab check --json` prints it, an exercise of `minibox.lab.report/1`.
    public var json: JSON {
        var json: JSON = [
            "id": JSON(exercise.number), "slug": JSON(exercise.slug), "title": JSON(exercise.title),
            "module": JSON(exercise.module), "verdict": JSON(verdict.word), "milliseconds": JSON(milliseconds),
            "runs": .array(runs.map(\.json)), "leaks": JSON(leaks),
        ]
        if let reason = verdict.reason { json["reason"] = JSON(reason) }
        if let attribution {
            json["blockedBy"] = JSON(attribution.words)
            json["layers"] = .array(
                attribution.layers.map {
                    [
                        "name": JSON($0.name), "without": JSON($0.without.rawValue), "alone": JSON($0.alone.rawValue),
                    ]
                })
        }
        return json
    }
}

extension ArmRun {
    fileprivate var json: JSON {
        var seen = JSON.Object()
        for (key, value) in observations.lines { seen[key] = JSON(value) }
        return [
            "arm": JSON(arm.name), "flags": JSON(arm.flags), "outcome": JSON(outcome.rawValue),
            "observations": .object(seen), "status": JSON(status), "milliseconds": JSON(milliseconds),
            "output": JSON(output),
        ]
    }
}
