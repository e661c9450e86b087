// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension Runtime {
    /// What is wrong with a bundle: against the specification, and then against this runtime and this kernel. Nothing is
    /// made.
    /// - Throws: what stops the check, as a document that is no configuration, or a kernel that lacks what it asks for.
    public func check(bundle path: String, configuration: String? = nil) throws(RuntimeError) -> [BundleProblem] {
        let bundle = try Bundle(reading: path, file: configuration)
        let problems = bundle.problems
        if problems.contains(where: \.isError) { return problems }
        var options = CreateOptions(id: try ContainerID("check"), bundle: path)
        options.configuration = configuration
        // Where the terminal is sent to is the caller's to say, and not the bundle's.
        let creation = try Creation(options, in: self, hasGate: false)
        // The plan's begin with those of the bundle.
        let further = creation.plan.notes.dropFirst(problems.count)
        return problems + further.map { BundleProblem(isError: false, place: bundle.file, message: $0) }
    }
}

/// Something in a bundle that cannot be done, or that will not do what its writer may think.
public struct BundleProblem: Hashable, Sendable, CustomStringConvertible {
    /// Whether no container can be made of it.
    public let isError: Bool
    /// The file, and where in it that is known: `/b/config.json:12:5`.
    public let place: String
    public let message: String

    public var description: String { "\(place): \(isError ? "error" : "warning"): \(message)" }
}

extension Bundle {
    /// What the specification says against the configuration.
    var problems: [BundleProblem] {
        configuration.problems().map { problem in
            let position = problem.path.position(in: document).map { ":\($0.line):\($0.column)" } ?? ""
            return BundleProblem(isError: problem.severity == .error, place: file + position, message: "\(problem)")
        }
    }
}
