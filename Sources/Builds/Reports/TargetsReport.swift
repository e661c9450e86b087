// SPDX-License-Identifier: Apache-2.0

/// The stages of a Dockerfile, any of which can be the target: `--call=targets`.
public struct TargetsReport: Hashable, Sendable {
    public struct Target: Hashable, Sendable {
        /// In lower case; empty for a stage without a name, which only the last can be built as.
        public var name: String
        /// From the comment `# NAME text` above FROM.
        public var description: String
        /// Whether it is built where no target is given.
        public var isDefault: Bool
        /// As FROM has it, variables not expanded.
        public var base: String
        public var platform: String?
        public var range: SourceRange
    }
    public var targets: [Target]

    public init(_ dockerfile: Dockerfile) {
        targets = dockerfile.instructions.compactMap { instruction in
            guard case .from(let from) = instruction.body else { return nil }
            return Target(
                name: from.stageName?.lowercased() ?? "",
                description: from.stageName.flatMap { instruction.description(of: $0) } ?? "", isDefault: false,
                base: from.image, platform: from.platform, range: instruction.range)
        }
        if !targets.isEmpty { targets[targets.count - 1].isDefault = true }
    }
}

extension Instruction {
    /// What a comment `name text` directly above says of a stage or an argument.
    func description(of name: String) -> String? {
        guard !name.isEmpty else { return nil }
        let start = name.lowercased() + " "
        return comments.first { $0.lowercased().hasPrefix(start) }
            .map { String($0.dropFirst(start.count).drop { $0 == " " }) }
    }
}
