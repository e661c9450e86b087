// SPDX-License-Identifier: Apache-2.0
internal import OCI
internal import Words

extension Parser {
    /// Reads commands with `|` between them, to `end`, which is taken as well.
    mutating func pipeline(until end: Token.Kind, in name: String, isRange: Bool = false) throws(Problem) -> Pipeline {
        var pipeline = Pipeline(offset: token.offset)
        let declared = try assignment(&pipeline, isRange: isRange)
        while true {
            pipeline.commands.append(try command(in: name))
            if take(end) { break }
            guard take(.pipe) else { throw unexpected() }
        }
        // `{{$x := $x}}` means the outer one on the right.
        variables += declared
        return pipeline
    }

    /// Reads `$a :=`, `$a =` and, of a range, `$i, $a :=`. Returns the new names.
    private mutating func assignment(_ pipeline: inout Pipeline, isRange: Bool) throws(Problem) -> [String] {
        let start = place
        var names: [(String, Int)] = []
        while case .variable(let name) = token.kind {
            names.append((name, token.offset))
            place += 1
            if isRange, names.count == 1, take(.comma) { continue }
            break
        }
        let declares = token.kind == .declare
        guard !names.isEmpty, declares || token.kind == .assign else {
            place = start
            return []
        }
        place += 1
        for (name, offset) in names {
            if name.isEmpty {
                throw Problem(.syntax, at: offset, "'$' is the whole value: write $NAME to set a variable")
            }
            if !declares { try requireVariable(name, at: offset) }
        }
        pipeline.variables = names.map(\.0)
        pipeline.declares = declares
        return declares ? pipeline.variables : []
    }

    private func requireVariable(_ name: String, at offset: Int) throws(Problem) {
        guard !variables.contains(name) else { return }
        let near = nearestWord(to: name, among: variables.filter { !$0.isEmpty })
        throw Problem(
            .missing, at: offset,
            "there is no variable $\(name): "
                + (near.map { "did you mean $\($0)?" } ?? "set it with {{$\(name) := ...}}"))
    }

    private mutating func command(in name: String) throws(Problem) -> Command {
        let start = token
        var operands: [Operand] = []
        while let operand = try operand() {
            operands.append(operand)
            // `.A.B` is one operand, and so is `(x).B`; anything else has a space before it.
            switch token.kind {
            case .pipe, .close, .rightParenthesis: break
            default:
                guard token.followsSpace || token.kind == .leftParenthesis else { throw unexpected() }
            }
        }
        guard let first = operands.first else {
            throw Problem(.syntax, at: start.offset, "a value is missing in \(name): write a field such as .Name")
        }
        if operands.count > 1, first.fields.isEmpty {
            switch first.base {
            case .function: break
            default:
                throw Problem(
                    .syntax, at: operands[1].offset, "an argument of what is no function: write a function before it")
            }
        }
        return Command(operands: operands, offset: start.offset)
    }

    /// The next operand with its fields; nil where there is none.
    private mutating func operand() throws(Problem) -> Operand? {
        let token = token
        let base: Operand.Base
        switch token.kind {
        case .dot: base = .dot
        case .field(let name):
            place += 1
            return followed(
                Operand(base: .dot, fields: [Operand.Field(name: name, offset: token.offset)], offset: token.offset))
        case .variable(let name):
            try requireVariable(name, at: token.offset)
            base = .variable(name)
        case .literal(let value): base = .literal(value)
        case .word("nil"): base = .none
        case .word("true"): base = .literal(.bool(true))
        case .word("false"): base = .literal(.bool(false))
        case .word(let name): base = .function(try function(name, at: token.offset))
        case .leftParenthesis:
            place += 1
            try enter()
            defer { depth -= 1 }
            let inner = try pipeline(until: .rightParenthesis, in: "the parentheses")
            return followed(Operand(base: .pipeline(inner), offset: token.offset))
        default: return nil
        }
        place += 1
        return followed(Operand(base: base, offset: token.offset))
    }

    /// The operand with the fields that follow it without a space.
    private mutating func followed(_ operand: Operand) -> Operand {
        var operand = operand
        while case .field(let name) = token.kind, !token.followsSpace {
            operand.fields.append(Operand.Field(name: name, offset: token.offset))
            place += 1
        }
        return operand
    }

    private func function(_ name: String, at offset: Int) throws(Problem) -> Function {
        if let function = Function(rawValue: name) { return function }
        if ["html", "js", "urlquery", "call"].contains(name) {
            throw Problem(.unsupported, at: offset, "the function '\(name)' is not supported: leave it out")
        }
        let near = nearestWord(to: name, among: Function.allCases.map(\.rawValue))
        throw Problem(
            .missing, at: offset,
            "there is no function '\(name)': "
                + (near.map { "did you mean \($0)?" } ?? "write a field as .\(name), or a text as \"\(name)\""))
    }

    func unexpected() -> Problem {
        let what =
            switch token.kind {
            case .end, .text, .open: "the action has no end: write '}}'"
            case .close: "a parenthesis is not closed: write ')'"
            case .rightParenthesis: "')' closes nothing: leave it out"
            case .declare, .assign: "a value is set in the middle of an action: write {{$NAME := VALUE}}"
            case .comma: "a comma: write spaces between arguments"
            default: "two values without a space between them: write one"
            }
        return Problem(.syntax, at: token.offset, what)
    }
}
