// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
internal import OCI

/// Makes a plan of a Dockerfile: the same Dockerfile, options and images always give the same plan. It asks for nothing
/// but the images, and has no clock.
public struct BuildPlanner {
    private let dockerfile: Dockerfile
    private let options: PlanOptions
    private let resolver: any BuildResolver

    public init(dockerfile: Dockerfile, options: PlanOptions, resolver: any BuildResolver) {
        self.dockerfile = dockerfile
        self.options = options
        self.resolver = resolver
    }

    public func plan() throws(BuildError) -> BuildPlan { try planned().plan }

    /// The plan, and what the stages ask of whoever builds them.
    func planned() throws(BuildError) -> Planned {
        try checkPlatform()
        var arguments = BuildArguments(options, targetStage: targetName())
        var graph = try StageGraph(dockerfile, &arguments, options: options)
        let epoch = try arguments.epoch()
        let target = try graph.target(options.target)
        var images: [String: ResolvedImage] = [:]
        let order = try needed(for: target, &graph, &images)

        let time = FileTime(seconds: epoch ?? options.now, nanoseconds: 0)
        var context = PlanContext(
            options: options, arguments: arguments, escape: dockerfile.escape, created: Timestamp.text(time),
            graph: graph)
        for (name, image) in images {
            context.trees[.image(name)] = image.configuration.diffIDs.isEmpty ? .empty : .image(image.name)
        }
        var result = Planned(graph: graph, arguments: arguments, target: target)
        result.plan.epoch = epoch
        result.plan.undefinedVariables = graph.undefined
        result.plan.notes = notes(graph, arguments)
        for index in order {
            try carryOut(index, &context, images, &result)
        }
        finish(&result, target: target, isAlone: graph.isOneStage)
        return result
    }

    private func targetName() -> String {
        if let target = options.target { return target }
        for instruction in dockerfile.instructions.reversed() {
            if case .from(let from) = instruction.body { return from.stageName?.lowercased() ?? "default" }
        }
        return "default"
    }

    /// One machine is built for, which is the one that builds.
    private func checkPlatform() throws(BuildError) {
        guard let text = options.platform else { return }
        let names = text.split(separator: ",").map(String.init)
        guard names.count == 1, let name = names.first else {
            throw BuildError(
                .unsupported, "--platform=\(text): one build is for one platform, which is \(options.machine) here")
        }
        try check(name, in: "--platform=\(name)", at: nil)
    }

    private func check(_ name: String, in place: String, at range: SourceRange?) throws(BuildError) {
        guard let platform = PlatformName.parse(name, machine: options.machine) else {
            throw BuildError(.invalid, "\(place) is no platform: write OS/ARCHITECTURE as in linux/amd64", at: range)
        }
        guard platform == PlatformName.normalized(options.machine) else {
            throw BuildError(
                .unsupported, "\(place): this machine is \(options.machine) and builds for no other", at: range)
        }
    }

    /// The stages to carry out, in order. Images that they need are looked up on the way, since their triggers can need
    /// more stages and images.
    private func needed(
        for target: Int, _ graph: inout StageGraph, _ images: inout [String: ResolvedImage]
    ) throws(BuildError) -> [Int] {
        while true {
            let order = try graph.order(from: options.includesAllStages ? Array(graph.drafts.indices) : [target])
            var isChanged = false
            for index in order where !graph.drafts[index].isTriggered {
                let draft = graph.drafts[index]
                if let platform = draft.platform, !draft.isReplaced {
                    try check(platform, in: "FROM --platform=\(platform)", at: draft.instruction.range)
                }
                var base: ResolvedImage?
                if case .image(let name) = draft.base {
                    base = try image(name, at: draft.instruction.range, graph, &images)
                }
                try graph.addTriggers(of: base?.configuration, to: index)
                for command in graph.drafts[index].commands {
                    for case .image(let name)? in command.sources {
                        _ = try image(name, at: command.range, graph, &images)
                    }
                }
                isChanged = true
            }
            guard isChanged else { return order }
        }
    }

    private func image(
        _ name: String, at range: SourceRange, _ graph: StageGraph, _ images: inout [String: ResolvedImage]
    ) throws(BuildError) -> ResolvedImage {
        if let image = images[name] { return image }
        do {
            let image = try resolver.image(name)
            images[name] = image
            return image
        } catch {
            var error = error
            error.range = error.range ?? range
            // A stage may have been meant.
            if error.code == .missing, let stage = graph.nearestStage(to: name) {
                error.words += "; did you mean the stage \(stage)?"
            }
            throw error
        }
    }

    private func notes(_ graph: StageGraph, _ arguments: BuildArguments) -> [String] {
        var notes: [String] = []
        for name in options.uncachedStages where graph.stage(of: name, allowsIndex: false) == nil {
            notes.append("--no-cache-filter \(name): there is no stage of that name")
        }
        if arguments.given["BUILDKIT_INLINE_CACHE"].map({ $0 != "0" && !$0.isEmpty }) ?? false {
            notes.append("BUILDKIT_INLINE_CACHE: no cache is put into the image, write it with --cache-to DIRECTORY")
        }
        if arguments.given["BUILDKIT_MULTI_PLATFORM"].map({ $0 != "0" && !$0.isEmpty }) ?? false {
            notes.append("BUILDKIT_MULTI_PLATFORM: the image is for \(options.machine) alone")
        }
        return notes
    }

    private func carryOut(
        _ index: Int, _ context: inout PlanContext, _ images: [String: ResolvedImage], _ result: inout Planned
    ) throws(BuildError) {
        let draft = context.graph.drafts[index]
        let (state, base) = start(of: draft, images, &result)
        let outcome = try outcome(of: draft, on: state, firstStep: result.plan.steps.count, context)
        context.trees[.stage(index)] = outcome.state.files
        result.states[index] = outcome.state
        result.outlines[index] = outcome.outline
        result.plan.undefinedVariables += outcome.undefined
        result.plan.steps += outcome.steps
        var stage = PlannedStage(
            name: draft.title, index: index, base: base, files: outcome.state.files,
            configuration: outcome.state.configuration, steps: outcome.steps.map(\.id))
        stage.isScanned = context.isOn("BUILDKIT_SBOM_SCAN_STAGE", for: draft.title, outcome.state)
        if context.isOn("BUILDKIT_SBOM_SCAN_CONTEXT", for: draft.title, outcome.state) {
            result.plan.scansContext = true
        }
        result.plan.stages.append(stage)
    }

    /// What a stage stands on.
    private func start(
        of draft: StageDraft, _ images: [String: ResolvedImage], _ result: inout Planned
    ) -> (state: StageState, base: BaseReference) {
        let empty = StageState(empty: options.machine)
        switch draft.base {
        case .empty: return (empty, .scratch)
        case .context(let name): return (empty, .context(name))
        case .stage(let stage): return (result.states[stage] ?? empty, .stage(stage))
        case .image(let name):
            guard let image = images[name] else { return (empty, .scratch) }
            let state = StageState(image)
            let platform = state.configuration.platform
            let machine = PlatformName.normalized(options.machine)
            let note = "\(name) is for \(platform), and this machine is \(machine)"
            if platform != machine, !result.plan.notes.contains(note) { result.plan.notes.append(note) }
            return (state, .image(image.name))
        }
    }

    private func outcome(
        of draft: StageDraft, on state: StageState, firstStep: Int, _ context: PlanContext
    ) throws(BuildError) -> (
        state: StageState, steps: [BuildStep], outline: StageOutline, undefined: [UndefinedVariable]
    ) {
        var planner = StagePlanner(draft, on: state, firstStep: firstStep, context)
        planner.state.beginStage()
        if case .context(let name) = draft.base { try planner.copyContext(name) }
        if !draft.isReplaced {
            for command in draft.commands { try planner.carryOut(command) }
        }
        planner.state.endStage(created: context.created)
        return (planner.state, planner.numberedSteps, planner.outline, planner.undefined)
    }

    /// Puts the stages into the Dockerfile's order, and the labels of the command line onto the image.
    private func finish(_ result: inout Planned, target: Int, isAlone: Bool) {
        result.plan.stages.sort { $0.index < $1.index }
        guard let place = result.plan.stages.firstIndex(where: { $0.index == target }) else { return }
        result.plan.target = place
        for (key, value) in options.labels { result.plan.stages[place].configuration.execution.labels[key] = value }
        if isAlone {
            for index in result.plan.steps.indices { result.plan.steps[index].stage = "" }
        }
    }
}

/// A plan with what it was made of.
struct Planned {
    let graph: StageGraph
    let arguments: BuildArguments
    let target: Int
    var plan = BuildPlan(steps: [], stages: [], target: 0)
    /// By the stage's place in the Dockerfile.
    var states: [Int: StageState] = [:]
    var outlines: [Int: StageOutline] = [:]
}
