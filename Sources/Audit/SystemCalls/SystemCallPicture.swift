// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI

/// What a process' filters let through: an answer for every system call that the machine's tables have.
public struct SystemCallPicture: Hashable, Sendable {
    public enum Answer: String, Hashable, Sendable, Comparable {
        case refused, byArguments = "by arguments", allowed

        private var rank: Int { self == .refused ? 0 : self == .byArguments ? 1 : 2 }
        public static func < (left: Answer, right: Answer) -> Bool { left.rank < right.rank }
    }

    public struct Call: Hashable, Sendable {
        public var number: UInt32
        public var name: String
        public var answer: Answer
        /// Every answer that its arguments can have: `allow`, `errno 1`.
        public var actions: [String]
        /// Whether one of them ends the program.
        public var kills: Bool
    }

    /// A table of system calls: the machine's own, and those of programs for older ones that the kernel may run as well.
    public struct Table: Hashable, Sendable {
        public var architecture: SeccompArchitecture
        public var calls: [Call]

        public func count(_ answer: Answer) -> Int { calls.count { $0.answer == answer } }
    }

    /// How many instructions each of the filters has, the oldest first.
    public var lengths: [Int]
    /// The machine's own first.
    public var tables: [Table]

    /// Asks the filters about every call; nil where one of them is no program.
    public init?(of filters: [SeccompFilter]) {
        lengths = filters.map(\.instructions.count)
        tables = []
        for architecture in Self.architectures {
            var calls: [Call] = []
            let base = architecture == .x32 ? SeccompArchitecture.x32Bit : 0
            for number in base..<base + 600 {
                guard let name = architecture.name(of: number) else { continue }
                guard let actions = filters.answers(toNumber: number, on: architecture) else { return nil }
                let allowing = actions.count { $0.isAllowing }
                calls.append(
                    Call(
                        number: number, name: name,
                        answer: allowing == 0 ? .refused : allowing == actions.count ? .allowed : .byArguments,
                        actions: actions.map(\.description).sorted(), kills: actions.contains { $0.isKilling }))
            }
            tables.append(Table(architecture: architecture, calls: calls))
        }
    }

    static var architectures: [SeccompArchitecture] {
        switch SeccompArchitecture.native {
        case .arm64: [.arm64, .arm]
        case .amd64: [.amd64, .x86, .x32]
        default: [.native]
        }
    }

    /// Calls that a foreign table lets through though the machine's own refuses the call of that name, or looks at its
    /// arguments.
    var wider: [String] {
        guard let own = tables.first else { return [] }
        let known = Dictionary(own.calls.map { ($0.name, $0.answer) }, uniquingKeysWith: max)
        return tables.dropFirst().flatMap { table in
            table.calls.filter { call in known[call.name].map { call.answer > $0 } ?? false }.map {
                "\($0.name) of \(table.architecture.label)"
            }
        }
    }
}

extension SeccompArchitecture {
    /// As people call it.
    public var label: String {
        switch self {
        case .amd64: "x86_64"
        case .x86: "i386"
        case .x32: "x32"
        case .arm64: "aarch64"
        case .arm: "arm"
        case .riscv64: "riscv64"
        }
    }
}

extension SystemCallPicture {
    public var json: JSON {
        [
            "filters": .array(lengths.map { ["instructions": .integer(Int64($0))] }),
            "tables": .array(
                tables.map { table in
                    [
                        "architecture": .string(table.architecture.label),
                        "calls": .array(
                            table.calls.map { call in
                                [
                                    "number": .integer(Int64(call.number)), "name": .string(call.name),
                                    "answer": .string(call.answer.rawValue),
                                    "actions": .array(call.actions.map { .string($0) }),
                                ]
                            }),
                    ]
                }),
        ]
    }
}
