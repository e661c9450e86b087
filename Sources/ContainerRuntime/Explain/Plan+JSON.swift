// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

extension Plan {
    /// The plan for programs: `version`, `notes`, and `steps` with all that each is made of.
    ///
    /// A step has `number`, `phase`, `what`, `call`, `protects`, `step` (its kind) and `parameters`; with times also
    /// `nanoseconds`. The same plan is always the same bytes. `version` grows when a name changes its meaning.
    public func json(times: StepTimes? = nil) -> JSON {
        [
            "version": 1,
            "notes": JSON(notes),
            "steps": .array(steps.map { $0.json(times: times) }),
        ]
    }
}

extension NumberedStep {
    fileprivate func json(times: StepTimes?) -> JSON {
        let words = step.explanation
        let document = step.document
        var result: JSON = [
            "number": JSON(number), "phase": JSON(phase.rawValue), "what": JSON(words.what), "call": JSON(words.call),
            "protects": JSON(words.protects), "step": JSON(document.kind),
            "parameters": .object(JSON.Object(document.parameters)),
        ]
        if let time = times?.durations[number] { result["nanoseconds"] = JSON(time) }
        return result
    }
}

/// What a step is made of: the name of its kind, and its parameters in their order.
struct StepDocument {
    var kind: String
    var parameters: [(String, JSON)]
    init(_ kind: String, _ parameters: [(String, JSON)] = []) {
        self.kind = kind
        self.parameters = parameters
    }
}

extension AnyStep {
    var document: StepDocument {
        switch self {
        case .host(let step): step.document
        case .spawn(let spawn): spawn.document
        case .mount(let step): step.document
        case .pivot: StepDocument("pivot")
        case .root(let step): step.document
        case .confine(let step): step.document
        case .gate(let step): step.document
        case .launch(let launch): launch.document
        }
    }

    /// The name of the step's kind, as `--explain=json` has it.
    public var kind: String { document.kind }
}

extension Spawn {
    fileprivate var document: StepDocument {
        StepDocument(
            "spawn",
            [
                ("create", JSON(create.names)), ("join", .array(join.map(\.json))),
                ("createAfterJoining", JSON(createAfterJoining.names)), ("intoCgroup", .bool(intoCgroup)),
            ]
                + (joinOpened.isEmpty
                    ? []
                    : [
                        ("joinOpened", JSON(joinOpened.names)), ("createInSibling", JSON(createInSibling.names)),
                    ]))
    }
}

extension JoinedNamespaces {
    fileprivate var json: JSON { ["kinds": JSON(kinds.names), "process": JSON(process), "name": JSON(name)] }
}

extension Launch {
    fileprivate var document: StepDocument {
        StepDocument(
            "launch",
            [
                ("noNewPrivileges", .bool(noNewPrivileges)), ("filter", filter?.json ?? .null),
                ("arguments", JSON(arguments)), ("environment", JSON(environment)),
            ])
    }
}

extension FilterChoice {
    /// The instructions are texts: a reader that keeps numbers as doubles would spoil them.
    var json: JSON {
        var json: JSON = ["name": JSON(name), "instructions": program.map { .words($0.instructions) } ?? .null]
        if let flags = program?.flags, !flags.isEmpty { json["flags"] = JSON(flags.rawValue) }
        return json
    }
}

extension JSON {
    /// Numbers of 64 bits, as `0x` and sixteen digits each.
    static func words(_ words: [UInt64]) -> JSON {
        JSON(
            words.map { word in
                let digits = String(word, radix: 16)
                return "0x" + String(repeating: "0", count: 16 - digits.count) + digits
            })
    }
}
