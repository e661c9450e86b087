// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Linux

/// `--lease`, of the commands that make something which stays.
enum LeaseFlag {
    /// The flag, for a command whose options have it at `place`.
    static func flag<Options>(at place: any WritableKeyPath<Options, LeaseArgument?> & Sendable) -> Flag<Options> {
        .value(
            "lease", "PID|fd:NUMBER", "Remove it when this process ends, or nobody can write to this pipe any more",
            LeaseArgument.init(parsing:)
        ) { $0[keyPath: place] = $1 }
    }
}

extension GlobalOptions {
    /// The engine, under the lease of the flag, or else of `MINIBOX_LEASE`, or else under none.
    func engine(under lease: LeaseArgument?) throws -> Engine {
        if let lease { return try engine.leased(by: lease) }
        guard let text = Environment.value(of: "MINIBOX_LEASE"), !text.isEmpty else { return try engine }
        let argument: LeaseArgument
        do throws(SyntaxError) { argument = try LeaseArgument(parsing: text) } catch {
            throw EngineError(.invalid, "MINIBOX_LEASE: \(error)")
        }
        return try engine.leased(by: argument)
    }
}
