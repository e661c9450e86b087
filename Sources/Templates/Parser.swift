// SPDX-License-Identifier: Apache-2.0
internal import OCI
internal import Words

/// Makes nodes of tokens: text/template/parse of Go, parse.go.
struct Parser {
    /// How deep blocks and parentheses may lie in each other.
    static let deepest = 100

    let tokens: [Token]
    var place = 0
    var depth = 0
    /// The variables that may be named here, from the outermost block to the innermost.
    var variables = [""]
    private var loops = 0

    static func nodes(of bytes: [UInt8]) throws(Problem) -> [Node] {
        var parser = Parser(tokens: try Lexer.tokens(of: bytes))
        let (nodes, ending) = try parser.block()
        if let ending { throw Problem(.syntax, at: ending.offset, "'\(ending.word)' ends nothing: leave it out") }
        return nodes
    }

    private init(tokens: [Token]) { self.tokens = tokens }

    var token: Token { tokens[min(place, tokens.count - 1)] }

    mutating func next() -> Token {
        defer { place += 1 }
        return token
    }

    /// Takes the token if it is of this kind.
    mutating func take(_ kind: Token.Kind) -> Bool {
        guard token.kind == kind else { return false }
        place += 1
        return true
    }

    mutating func enter() throws(Problem) {
        depth += 1
        if depth > Self.deepest {
            throw Problem(.tooMuch, at: token.offset, "it is nested deeper than \(Self.deepest): take it apart")
        }
    }

    /// What a block ends with: `end`, `else`, or nothing where the template does.
    private struct Ending {
        let word: String
        let offset: Int
    }

    private mutating func block() throws(Problem) -> ([Node], Ending?) {
        var nodes: [Node] = []
        while true {
            let token = next()
            switch token.kind {
            case .text(let bytes): nodes.append(.text(bytes))
            case .open:
                let word = self.token
                if case .word(let name) = word.kind, name == "end" || name == "else" {
                    place += 1
                    return (nodes, Ending(word: name, offset: word.offset))
                }
                if let node = try action(from: token.offset) { nodes.append(node) }
            default: return (nodes, nil)
            }
        }
    }

    private mutating func action(from start: Int) throws(Problem) -> Node? {
        let first = token
        if case .word(let name) = first.kind {
            switch name {
            case "if", "with", "range":
                guard let kind = Node.Branch.Kind(rawValue: name) else { break }
                place += 1
                return .branch(try branch(kind, from: first.offset))
            case "break", "continue":
                guard loops > 0 else {
                    throw Problem(.syntax, at: first.offset, "'\(name)' is not in a range: leave it out")
                }
                place += 1
                try close(after: name)
                return name == "break" ? .leaveLoop : .nextRound
            case "define", "template", "block":
                throw Problem(
                    .unsupported, at: first.offset, "'\(name)' is not supported: write what it stands for in its place")
            default: break
            }
        }
        let pipeline = try pipeline(until: .close, in: "the action")
        return .action(pipeline)
    }

    private mutating func close(after name: String) throws(Problem) {
        guard take(.close) else { throw Problem(.syntax, at: token.offset, "write '}}' behind '\(name)'") }
    }

    private mutating func branch(_ kind: Node.Branch.Kind, from start: Int) throws(Problem) -> Node.Branch {
        try enter()
        defer { depth -= 1 }
        let outer = variables.count
        defer { variables.removeLast(variables.count - outer) }
        let pipeline = try pipeline(until: .close, in: kind.rawValue, isRange: kind == .range)
        if kind == .range { loops += 1 }
        let inner = variables.count
        let (body, ending) = try block()
        variables.removeLast(variables.count - inner)
        if kind == .range { loops -= 1 }
        guard let ending else { throw Problem(.syntax, at: start, "'\(kind.rawValue)' has no end: write {{end}}") }
        var other: [Node] = []
        if ending.word == "else" {
            if case .word(let name) = token.kind, let next = Node.Branch.Kind(rawValue: name) {
                guard next == kind, kind != .range else {
                    throw Problem(
                        .syntax, at: token.offset, "'else \(name)' is for another block: write {{else}}{{\(name) ...}}")
                }
                let offset = token.offset
                place += 1
                other = [.branch(try branch(next, from: offset))]
                return Node.Branch(kind: kind, pipeline: pipeline, body: body, other: other, offset: start)
            }
            try close(after: "else")
            let (nodes, last) = try block()
            guard let last else { throw Problem(.syntax, at: start, "'\(kind.rawValue)' has no end: write {{end}}") }
            guard last.word == "end" else {
                throw Problem(.syntax, at: last.offset, "a second 'else': write {{end}}, or {{else if ...}} before it")
            }
            other = nodes
        }
        try close(after: "end")
        return Node.Branch(kind: kind, pipeline: pipeline, body: body, other: other, offset: start)
    }
}
