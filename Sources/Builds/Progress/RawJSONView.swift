// SPDX-License-Identifier: Apache-2.0
internal import Compression
public import Linux
internal import OCI

/// A build as BuildKit's `--progress rawjson` writes it, an object a line, for tools that read that.
///
/// Each object is a `SolveStatus` (client/graph.go): `vertexes`, the steps, each whole whenever it changes; `statuses`,
/// what is done with the image; `logs`, output in base64; `warnings`. A step's `digest` tells it from the others of this
/// build and says nothing of its content.
public struct RawJSONView: BuildView {
    private let start: FileTime
    private var progress = BuildProgress(keepsColors: false)
    private var errors: [Int: String] = [:]
    private var exportParts: [String: BuildClock] = [:]

    /// - Parameter start: the time of day when the build began.
    public init(start: FileTime) { self.start = start }

    public mutating func show(_ event: BuildEvent) -> [UInt8] {
        _ = progress.take(event)
        switch event {
        case .read, .tick, .missed, .shell: return []
        case .planned(let plan):
            return plan.steps.isEmpty ? [] : line("vertexes", plan.steps.indices.map { vertex($0) })
        case .found(let report):
            return report.findings.flatMap { warning("\($0.rule.rawValue): \($0.words)", level: 1) }
        case .note(let text): return warning(text, level: 0)
        case .warning(let text): return warning(text, level: 1)
        case .started(let step, _), .cached(let step, _), .finished(let step, _), .canceled(let step):
            return line("vertexes", [vertex(step)])
        case .failed(let step, let reason, _):
            errors[step] = reason
            return line("vertexes", [vertex(step)])
        case .wrote(let step, let isError, let bytes, let after):
            return line(
                "logs",
                [
                    .object(
                        JSON.Object([
                            ("vertex", .string(digest(of: step))), ("stream", JSON(isError ? 2 : 1)),
                            ("data", .string(Base64.text(bytes))), ("timestamp", moment(after)),
                        ]))
                ])
        case .exporting(.started(let text)):
            exportParts[text] = progress.now
            return line("statuses", [status(text, since: progress.now)])
        case .exporting(.finished(let text, let after)):
            return line("statuses", [status(text, since: exportParts.removeValue(forKey: text) ?? after, end: after)])
        }
    }

    public mutating func end(_ ending: BuildEnding) -> [UInt8] { [] }

    private func vertex(_ number: Int) -> JSON {
        guard let plan = progress.plan, progress.steps.indices.contains(number) else { return .null }
        let step = progress.steps[number]
        var object = JSON.Object([("digest", .string(digest(of: number)))])
        let inputs = plan.steps[number].stepsBelow.map { JSON.string(digest(of: $0)) }
        if !inputs.isEmpty { object["inputs"] = .array(inputs) }
        object["name"] = .string(step.label)
        switch step.state {
        case .waiting: break
        case .running(let since): object["started"] = moment(since)
        case .cached:
            object["started"] = moment(progress.now)
            object["completed"] = moment(progress.now)
            object["cached"] = true
        case .done(let from, let to), .failed(_, let from, let to):
            object["started"] = moment(from)
            object["completed"] = moment(to)
        case .canceled:
            object["started"] = step.started.map(moment)
            object["completed"] = moment(progress.now)
            object["error"] = "context canceled"
        }
        if let error = errors[number] { object["error"] = .string(error) }
        return .object(object)
    }

    private func status(_ text: String, since: BuildClock, end: BuildClock? = nil) -> JSON {
        var object = JSON.Object([
            ("id", .string(text)), ("vertex", .string(digest(of: progress.steps.count))), ("name", .string(text)),
            ("current", 0), ("timestamp", moment(end ?? since)), ("started", moment(since)),
        ])
        object["completed"] = end.map(moment)
        return .object(object)
    }

    private func warning(_ text: String, level: Int) -> [UInt8] {
        let object = JSON.Object([
            ("vertex", .string(digest(of: 0))), ("level", JSON(level)),
            ("short", .string(Base64.text(Array(text.utf8)))),
        ])
        return line("warnings", [.object(object)])
    }

    private func line(_ key: String, _ values: [JSON]) -> [UInt8] {
        JSON.object(JSON.Object([(key, .array(values))])).bytes() + [UInt8(ascii: "\n")]
    }

    private func moment(_ clock: BuildClock) -> JSON { .string(start.advanced(by: clock).exactText) }

    private func digest(of step: Int) -> String {
        "\(Digest(sha256: SHA256.digest(of: Array("step \(step) of \(start.exactText)".utf8))))"
    }
}

extension BuildStep {
    /// The steps that this one starts from or reads.
    fileprivate var stepsBelow: [Int] {
        var trees = [parent]
        switch operation {
        case .copy(let copy): trees += copy.sources.compactMap { if case .path(_, let tree) = $0 { tree } else { nil } }
        case .run(let run):
            for mount in run.mounts {
                switch mount.kind {
                case .bind(let tree, _, _), .cache(_, _, let tree, _, _, _, _, _): trees.append(tree)
                case .tmpfs, .secret, .ssh: break
                }
            }
        case .makeDirectory: break
        }
        var steps: [Int] = []
        for case .step(let step) in trees where !steps.contains(step) { steps.append(step) }
        return steps
    }
}
