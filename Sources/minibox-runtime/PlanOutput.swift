// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// Plans for people and programs.
enum PlanOutput {
    /// To standard output; on a terminal no wider than it is.
    static func show(_ plan: Plan, as form: CreateVerb.Explanation) {
        guard let output = try? StandardStream.output.duplicate() else { return }
        let width = (try? output.terminalSize()).map { Int($0.columns) }
        switch form {
        case .text: try? output.write(plan.explanation(width: width))
        case .json: try? output.write("\(plan.json())\n")
        }
    }

    /// How long each step took.
    static func write(_ plan: Plan, _ times: StepTimes, to path: String) {
        let text = path.hasSuffix(".json") ? "\(plan.json(times: times))\n" : plan.explanation(times: times)
        // The container is there and is not taken back for a file of figures.
        try? Descriptor.open(path, [.writeOnly, .create, .truncate], mode: 0o644).write(text)
    }
}
