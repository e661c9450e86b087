// SPDX-License-Identifier: Apache-2.0
import Builds
import OCI
import Testing

/// Images that are there, and which of them were asked for.
final class KnownImages: BuildResolver {
    private let images: [String: ImageConfiguration]
    private(set) var asked: [String] = []

    init(_ images: [String: ImageConfiguration]) { self.images = images }

    func image(_ reference: String) throws(BuildError) -> ResolvedImage {
        asked.append(reference)
        guard let configuration = images[reference] else {
            throw BuildError(.missing, "there is no image \(reference)")
        }
        return ResolvedImage(name: "the \(reference)", configuration: configuration)
    }
}

extension ImageConfiguration {
    /// An image of one layer.
    static func base(_ change: (inout Execution) -> Void = { _ in }) -> ImageConfiguration {
        var execution = Execution()
        execution.environment = ["PATH=/bin"]
        change(&execution)
        return ImageConfiguration(
            platform: Platform(os: "linux", architecture: "amd64"), created: "2020-01-01T00:00:00Z",
            execution: execution, diffIDs: [Digest(sha256: [UInt8](0..<32))],
            history: [.init(created: "2020-01-01T00:00:00Z", createdBy: "base")])
    }
}

/// Plans a Dockerfile on a machine with the image `base`.
struct PlannerSubject {
    var options = PlanOptions(now: 1_700_000_000)
    var images: [String: ImageConfiguration] = ["base": .base()]
    let resolver: KnownImages
    let dockerfile: Dockerfile

    init(
        _ text: String, images: [String: ImageConfiguration] = [:], _ change: (inout PlanOptions) -> Void = { _ in }
    ) throws {
        self.images.merge(images) { $1 }
        options.machine = Platform(os: "linux", architecture: "amd64")
        change(&options)
        resolver = KnownImages(self.images)
        dockerfile = try DockerfileParser.parse(Array(text.utf8), name: "Dockerfile")
    }

    var planner: BuildPlanner { BuildPlanner(dockerfile: dockerfile, options: options, resolver: resolver) }
    func plan() throws -> BuildPlan { try planner.plan() }
}

/// The plan of a Dockerfile on a machine with the image `base`.
func planned(
    _ text: String, images: [String: ImageConfiguration] = [:], _ change: (inout PlanOptions) -> Void = { _ in }
) throws -> BuildPlan {
    try PlannerSubject(text, images: images, change).plan()
}

/// What is wrong with a Dockerfile, and where: `line: words`.
func refusal(
    _ text: String, images: [String: ImageConfiguration] = [:], _ change: (inout PlanOptions) -> Void = { _ in }
) -> String {
    do {
        _ = try planned(text, images: images, change)
        return "no error"
    } catch let error as BuildError {
        return (error.range.map { "\($0.start.line): " } ?? "") + error.description
    } catch let error as DockerfileError {
        return "while reading: \(error)"
    } catch {
        return "\(error)"
    }
}

extension BuildPlan {
    /// The target's.
    var configuration: ImageConfiguration { stages[target].configuration }
    var execution: ImageConfiguration.Execution { configuration.execution }
    /// What is new in the history of the target: `text`, with `(empty)` behind it where there is no layer.
    var history: [String] {
        configuration.history.filter { $0.comment == "buildkit.dockerfile.v0" }
            .map { ($0.createdBy ?? "") + ($0.isEmptyLayer ? " (empty)" : "") }
    }
    var runs: [RunOperation] {
        steps.compactMap { if case .run(let run) = $0.operation { run } else { nil } }
    }
    var copies: [CopyOperation] {
        steps.compactMap { if case .copy(let copy) = $0.operation { copy } else { nil } }
    }
    /// `[stage 1/2] text`, as it is shown.
    var titles: [String] {
        steps.map { "[\($0.stage.isEmpty ? "" : $0.stage + " ")\($0.number)/\($0.count)] \($0.text)" }
    }
}
