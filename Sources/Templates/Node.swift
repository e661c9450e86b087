// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// A part of a template.
indirect enum Node: Sendable {
    case text([UInt8])
    /// Its value is printed, unless it sets a variable.
    case action(Pipeline)
    case branch(Branch)
    case leaveLoop
    case nextRound

    /// `if`, `with` and `range`.
    struct Branch: Sendable {
        enum Kind: String, Sendable { case `if`, with, range }
        let kind: Kind
        let pipeline: Pipeline
        let body: [Node]
        let other: [Node]
        let offset: Int
    }
}

/// Commands, each of which gets the value of the one before as its last argument.
struct Pipeline: Sendable {
    /// The variables that it sets: one, or of a `range` two.
    var variables: [String] = []
    /// Whether they are new ones.
    var declares = false
    var commands: [Command] = []
    let offset: Int
}

/// A function, a method or a value, and arguments.
struct Command: Sendable {
    let operands: [Operand]
    let offset: Int
}

/// A value before it is known.
struct Operand: Sendable {
    indirect enum Base: Sendable {
        case dot
        case variable(String)
        case literal(JSON)
        /// `nil`, which is no value.
        case none
        case function(Function)
        case pipeline(Pipeline)
    }

    struct Field: Sendable {
        let name: String
        let offset: Int
    }

    let base: Base
    /// Fields of it, one in the other.
    var fields: [Field] = []
    let offset: Int
}
