// SPDX-License-Identifier: Apache-2.0

/// Whose end is the end of what a command makes: `--lease` and `MINIBOX_LEASE`.
public enum LeaseArgument: Hashable, Sendable {
    /// A process, by its number.
    case process(Int32)
    /// A descriptor that the command was started with: of a pipe, which is its owner's for as long as anybody can write to
    /// it, or of a process (pidfd_open(2)).
    case descriptor(Int32)

    /// Reads `PID`, `pid:PID` or `fd:NUMBER`. A bare number is a process, as `$$` is in a shell.
    public init(parsing text: String) throws(SyntaxError) {
        let advice = "write the number of a process, as in --lease $$, or of an open descriptor, as in --lease fd:3"
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let number = UInt64(digits: parts[parts.count - 1]), number <= UInt64(Int32.max) else {
            throw SyntaxError(text, "is nothing that a lease can be tied to", advice)
        }
        switch parts.count == 2 ? parts[0] : "pid" {
        case "pid":
            guard number > 0 else { throw SyntaxError(text, "is the number of no process", advice) }
            self = .process(Int32(number))
        case "fd":
            guard number != 1, number != 2 else {
                throw SyntaxError(text, "is what the command writes to, and so its own", advice)
            }
            self = .descriptor(Int32(number))
        default: throw SyntaxError(text, "is nothing that a lease can be tied to", advice)
        }
    }
}
