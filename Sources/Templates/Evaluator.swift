// SPDX-License-Identifier: Apache-2.0
internal import OCI
internal import Words

/// Carries out nodes over a value: text/template of Go, exec.go.
struct Evaluator {
    /// Bounds for a template of someone else's: loops in loops, and texts that double.
    static let mostSteps = 1_000_000
    static let mostBytes = 16 << 20

    /// A value; nil is what Go prints as `<no value>`.
    typealias Value = JSON?

    let root: JSON
    let methods: [String: Template.Method]
    /// The root as `json` prints it.
    let json: JSON
    var output: [UInt8] = []
    private var variables: [(name: String, value: Value)]
    private var dot: Value
    private var steps = 0

    init(root: JSON, methods: [String: Template.Method], json: JSON) {
        self.root = root
        self.methods = methods
        self.json = json
        dot = root
        variables = [("", root)]
    }

    private enum Course { case on, leaveLoop, nextRound }

    mutating func perform(_ nodes: [Node]) throws(Problem) { _ = try follow(nodes) }

    private mutating func step(at offset: Int) throws(Problem) {
        steps += 1
        if steps > Self.mostSteps {
            throw Problem(.tooMuch, at: offset, "it takes more than \(Self.mostSteps) steps: write a smaller one")
        }
    }

    private mutating func emit(_ bytes: some Collection<UInt8>, at offset: Int) throws(Problem) {
        guard output.count + bytes.count <= Self.mostBytes else {
            throw Problem(.tooMuch, at: offset, "its text is longer than \(Self.mostBytes) bytes: write a smaller one")
        }
        output += bytes
    }

    private mutating func follow(_ nodes: [Node]) throws(Problem) -> Course {
        for node in nodes {
            switch node {
            case .text(let bytes): try emit(bytes, at: 0)
            case .action(let pipeline):
                let value = try evaluate(pipeline)
                if pipeline.variables.isEmpty { try emit(value.shown.utf8, at: pipeline.offset) }
            case .leaveLoop: return .leaveLoop
            case .nextRound: return .nextRound
            case .branch(let branch):
                let course = try follow(branch)
                if course != .on { return course }
            }
        }
        return .on
    }

    private mutating func follow(_ branch: Node.Branch) throws(Problem) -> Course {
        let count = variables.count
        let outer = dot
        defer {
            variables.removeLast(variables.count - count)
            dot = outer
        }
        if branch.kind == .range { return try loop(branch) }
        let value = try evaluate(branch.pipeline)
        guard value.isTrue else { return try follow(branch.other) }
        if branch.kind == .with { dot = value }
        return try follow(branch.body)
    }

    private mutating func loop(_ branch: Node.Branch) throws(Problem) -> Course {
        let outer = dot
        let pipeline = branch.pipeline
        // A range's variables are set to what is walked through, not to the whole.
        let subject = try evaluate(pipeline, sets: false)
        let elements = try Self.elements(of: subject, at: branch.offset)
        if elements.isEmpty {
            dot = outer
            return try follow(branch.other)
        }
        let count = variables.count
        if pipeline.declares { for name in pipeline.variables { variables.append((name, nil)) } }
        let inner = variables.count
        for index in 0..<elements.count {
            try step(at: branch.offset)
            variables.removeLast(variables.count - inner)
            let (key, value) = elements.element(index)
            if let first = pipeline.variables.first {
                set(first, pipeline.variables.count == 2 || elements.isNumber ? key : value)
            }
            if pipeline.variables.count == 2 { set(pipeline.variables[1], value) }
            dot = value
            if try follow(branch.body) == .leaveLoop { break }
        }
        variables.removeLast(variables.count - count)
        dot = outer
        return .on
    }

    private mutating func set(_ name: String, _ value: Value) {
        if let place = variables.lastIndex(where: { $0.name == name }) { variables[place].value = value }
    }

    mutating func evaluate(_ pipeline: Pipeline, sets: Bool = true) throws(Problem) -> Value {
        var value: Value = nil
        for (index, command) in pipeline.commands.enumerated() {
            try step(at: command.offset)
            value = try evaluate(command, last: index == 0 ? nil : .some(value))
        }
        if sets {
            for name in pipeline.variables {
                if pipeline.declares { variables.append((name, value)) } else { set(name, value) }
            }
        }
        return value
    }

    /// `last` is what came through the pipe, if there is one.
    private mutating func evaluate(_ command: Command, last: Value?) throws(Problem) -> Value {
        let first = command.operands[0]
        let rest = command.operands.dropFirst()
        if case .function(let function) = first.base, first.fields.isEmpty {
            if function == .and || function == .or {
                return try shortCut(function, Array(rest), last: last, at: first.offset)
            }
            var arguments: [Value] = []
            for operand in rest { arguments.append(try evaluate(operand)) }
            if let last { arguments.append(last) }
            return try call(function, arguments, at: first.offset)
        }
        var arguments: [Value] = []
        for operand in rest { arguments.append(try evaluate(operand)) }
        if let last { arguments.append(last) }
        return try evaluate(first, arguments: arguments)
    }

    /// `and` and `or` leave the arguments alone that do not count any more.
    private mutating func shortCut(
        _ function: Function, _ operands: [Operand], last: Value?, at offset: Int
    ) throws(Problem) -> Value {
        guard !operands.isEmpty || last != nil else {
            throw Problem(.wrongValue, at: offset, "\(function) has no arguments: write some")
        }
        var value: Value = nil
        for operand in operands {
            value = try evaluate(operand)
            if value.isTrue == (function == .or) { return value }
        }
        if let last { value = last }
        return value
    }

    private mutating func evaluate(_ operand: Operand, arguments: [Value] = []) throws(Problem) -> Value {
        try step(at: operand.offset)
        var value: Value
        switch operand.base {
        case .dot: value = dot
        case .variable(let name): value = variables.last { $0.name == name }?.value
        case .literal(let literal): value = literal
        case .none: value = nil
        case .function(let function):
            value = try call(function, [], at: operand.offset)
        case .pipeline(let pipeline):
            let count = variables.count
            value = try evaluate(pipeline)
            variables.removeLast(variables.count - count)
        }
        for (index, field) in operand.fields.enumerated() {
            let isLast = index == operand.fields.count - 1
            value = try part(field, of: value, arguments: isLast ? arguments : [])
        }
        if operand.fields.isEmpty, !arguments.isEmpty {
            throw Problem(.wrongValue, at: operand.offset, "an argument of what is no function: leave it out")
        }
        return value
    }
}
