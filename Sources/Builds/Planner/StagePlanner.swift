// SPDX-License-Identifier: Apache-2.0
internal import OCI
internal import Words

/// What is the same for all stages of a plan.
struct PlanContext {
    let options: PlanOptions
    let arguments: BuildArguments
    let escape: Character
    /// When everything is from, as RFC 3339 writes it.
    let created: String
    let graph: StageGraph
    /// The stages that are planned, and the images, by the names that they were looked up under.
    var trees: [TreeSource: TreeReference] = [:]

    /// Whether an argument is true, or a list in which the stage is: the stage's own, or otherwise the global one.
    func isOn(_ name: String, for stage: String, _ state: StageState) -> Bool {
        let own = state.arguments.last { $0.name == name && $0.value != nil }?.value
        guard let value = own ?? arguments.globals[name] else { return false }
        switch value {
        case "1", "t", "T", "true", "TRUE", "True": return true
        default: return value.split(separator: ",").contains { $0 == stage }
        }
    }

    /// What a name leads to.
    func tree(_ source: TreeSource) -> TreeReference {
        if case .context(let name) = source { return .context(name) }
        return trees[source] ?? .empty
    }
}

/// Carries the instructions of one stage out, one after the other.
struct StagePlanner {
    let context: PlanContext
    let draft: StageDraft
    var state: StageState
    /// Numbered from ``firstStep`` on; their places in the stage are counted by whoever puts stages together.
    private(set) var steps: [BuildStep] = []
    let firstStep: Int
    var undefined: [UndefinedVariable] = []
    var outline = StageOutline()
    /// Whether this stage has a CMD: an ENTRYPOINT takes away the one of the base only.
    var hasCommand = false

    /// The instruction that is carried out, and the variables that it sees: those from before it.
    private(set) var command: StageCommand
    var visible = Environment()

    init(_ draft: StageDraft, on state: StageState, firstStep: Int, _ context: PlanContext) {
        self.draft = draft
        self.state = state
        self.firstStep = firstStep
        self.context = context
        command = StageCommand(instruction: draft.instruction, range: draft.instruction.range, origin: .dockerfile)
    }

    mutating func carryOut(_ command: StageCommand) throws(BuildError) {
        self.command = command
        visible = state.environment
        do {
            switch command.instruction.body {
            case .arg(let declarations): try declare(declarations)
            case .env(let pairs, _): try setEnvironment(pairs)
            case .label(let pairs, _): try setLabels(pairs)
            case .run(let run): try self.run(run)
            case .copy(let copy): try self.copy(copy, isAdd: false)
            case .add(let copy): try self.copy(copy, isAdd: true)
            case .workdir(let path): try setDirectory(path)
            case .user(let user): try setUser(user)
            case .cmd(let form): setCommand(form)
            case .entrypoint(let form): setEntrypoint(form)
            case .shell(let words): setShell(words)
            case .expose(let words): try expose(words)
            case .volume(let paths): try addVolumes(paths)
            case .stopSignal(let signal): try setStopSignal(signal)
            case .maintainer(let name): setMaintainer(name)
            case .healthcheck(let check): setHealthcheck(check)
            case .onbuild(let text, _): state.configuration.execution.onBuild.append(text)
            case .from: break
            }
        } catch {
            var error = error
            if error.range == nil { error.range = command.range }
            throw error
        }
    }

    /// An argument of the instruction with its variables expanded, as one word.
    mutating func expand(_ text: String) throws(BuildError) -> String { try expansion(of: text).text }

    mutating func expand(_ text: String?) throws(BuildError) -> String? {
        guard let text else { return nil }
        return try expand(text)
    }

    mutating func expansion(of text: String, isBody: Bool = false) throws(BuildError) -> VariableExpander.Expansion {
        let expander = expander
        let expansion: VariableExpander.Expansion
        do throws(VariableError) {
            expansion = isBody ? try expander.expand(body: text) : try expander.expand(text)
        } catch {
            throw BuildError(.syntax, "\(error)", at: command.range)
        }
        for name in expansion.undefined {
            // Declared and without a value is meant to be empty.
            guard !state.arguments.contains(where: { $0.name == name }), !BuildArguments.notInEnvironment.contains(name)
            else { continue }
            // Looking through all names takes its time, and nobody reads that many guesses.
            let nearest = undefined.count < 100 ? nearestWord(to: name, among: visible.names) : nil
            undefined.append(
                UndefinedVariable(name: name, nearest: nearest, range: command.stepRange, isInFrom: false))
        }
        return expansion
    }

    var expander: VariableExpander {
        let visible = visible
        return VariableExpander(escape: context.escape) { visible[$0] }
    }

    /// Adds a step on top of the others.
    mutating func add(_ operation: BuildStep.Operation, title: String) throws(BuildError) {
        state.layers += 1
        guard state.layers <= LayerStack.mostLayers else {
            throw BuildError(
                .unsupported,
                "stage \(draft.title) would have more than \(LayerStack.mostLayers) layers, which is as many as the kernel "
                    + "stacks: join RUN instructions, or copy what counts into a new stage", at: command.range)
        }
        let prefix = command.origin == .dockerfile ? "" : "ONBUILD "
        steps.append(
            BuildStep(
                id: firstStep + steps.count, stage: draft.title, number: 0, count: 0, text: prefix + title,
                range: command.stepRange, parent: state.files, operation: operation,
                ignoresCache: context.options.ignoresCache(stage: draft.name)))
        state.files = .step(firstStep + steps.count - 1)
    }

    /// A context as what the stage stands on: a layer of its own.
    mutating func copyContext(_ name: String) throws(BuildError) {
        let operation = CopyOperation(sources: [.path("/", of: .context(name))], destination: "/")
        try add(.copy(operation), title: "FROM \(name)")
        record("FROM \(name)", hasLayer: true, isExecuted: true)
    }

    /// The steps with their places in the stage, where a base image is the first.
    var numberedSteps: [BuildStep] {
        var result = steps
        let first = if case .image = draft.base { 1 } else { 0 }
        for index in result.indices {
            result[index].number = first + index + 1
            result[index].count = first + result.count
        }
        return result
    }

    /// Adds an entry to the history. ` # buildkit` stands behind those that BuildKit runs or copies for.
    mutating func record(_ text: String, hasLayer: Bool = false, isExecuted: Bool = false) {
        state.configuration.history.append(
            ImageConfiguration.History(
                created: context.created, createdBy: isExecuted ? text + " # buildkit" : text,
                comment: "buildkit.dockerfile.v0", isEmptyLayer: !hasLayer))
    }

    /// The instruction as a person reads it, with its name in capitals.
    func title(_ text: (String) -> String) -> String {
        let words = text(command.instruction.original)
        let name = words.prefix { $0 != " " && $0 != "\t" }
        return name.uppercased() + words[name.endIndex...]
    }
}

extension PlanOptions {
    func ignoresCache(stage name: String?) -> Bool {
        ignoresCache || uncachedStages.contains { $0.lowercased() == name }
    }
}
