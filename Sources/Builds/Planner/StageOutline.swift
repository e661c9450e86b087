// SPDX-License-Identifier: Apache-2.0

/// What a stage asks of whoever builds it.
struct StageOutline {
    struct Demand: Hashable {
        var name: String
        var isRequired: Bool
        var range: SourceRange
    }
    /// The ARGs of the stage that have a value of their own here, the last of a name.
    private(set) var arguments: [String: DeclaredArgument] = [:]
    /// All names that ARG has, also those whose value is a global one.
    private(set) var used: [String] = []
    var secrets: [Demand] = []
    var agents: [Demand] = []

    mutating func use(_ name: String, of instruction: Instruction, value: String?, isGlobal: Bool) {
        used.append(name)
        guard !isGlobal else { return }
        arguments[name] = DeclaredArgument(name: name, instruction: instruction, value: value)
    }
}
