// SPDX-License-Identifier: Apache-2.0
internal import OCI
internal import Words

/// The stages of a Dockerfile and what each needs, with names looked up and nothing carried out.
struct StageGraph {
    private(set) var drafts: [StageDraft] = []
    /// The last stage of each name, which is what `--from` means.
    private var byName: [String: Int] = [:]
    private let contexts: NamedContexts
    private(set) var undefined: [UndefinedVariable] = []

    init(
        _ dockerfile: Dockerfile, _ arguments: inout BuildArguments, options: PlanOptions
    ) throws(BuildError) {
        contexts = NamedContexts(options.contexts)
        let escape = dockerfile.escape
        var owned: [[Instruction]] = []
        for instruction in dockerfile.instructions {
            if case .from(let from) = instruction.body {
                drafts.append(StageDraft(index: drafts.count, instruction: instruction, from: from))
                owned.append([])
            } else if drafts.isEmpty {
                try arguments.declare(instruction, escape: escape)
            } else {
                owned[owned.count - 1].append(instruction)
            }
        }
        guard !drafts.isEmpty else {
            throw BuildError(.syntax, "\(dockerfile.source.name) has no FROM, and so nothing to build")
        }
        // First those that are declared, since a context can stand for a stage further down.
        for draft in drafts { if let name = draft.name { byName[name] = draft.index } }
        var earlier: [String: Int] = [:]
        for index in drafts.indices {
            try findBase(of: index, earlier: earlier, arguments, escape: escape)
            if let name = drafts[index].name { earlier[name] = index }
        }
        for index in drafts.indices where !drafts[index].isReplaced {
            for instruction in owned[index] {
                drafts[index].commands.append(
                    try command(instruction, range: instruction.range, origin: .dockerfile, in: index))
            }
        }
        try refuseCircles()
    }

    /// FROM, and `--platform`: only global arguments are seen there.
    private mutating func findBase(
        of index: Int, earlier: [String: Int], _ arguments: BuildArguments, escape: Character
    ) throws(BuildError) {
        let draft = drafts[index]
        let range = draft.instruction.range
        guard case .from(let from) = draft.instruction.body else { return }
        let image = try expand(from.image, arguments, escape: escape, in: index)
        guard !image.isEmpty else {
            throw BuildError(.syntax, "FROM \(from.image) names no image: the variables in it are not set", at: range)
        }
        if let platform = from.platform {
            let expanded = try expand(platform, arguments, escape: escape, in: index)
            guard !expanded.isEmpty else {
                throw BuildError(.syntax, "--platform=\(platform) is empty: the variables in it are not set", at: range)
            }
            drafts[index].platform = expanded
        }
        if let name = draft.name, let context = contexts[name] {
            drafts[index].isReplaced = true
            drafts[index].base = try source(of: context)
        } else if let stage = earlier[image.lowercased()] {
            drafts[index].base = .stage(stage)
        } else if image == "scratch" {
            drafts[index].base = .empty
        } else if let context = contexts[image] {
            drafts[index].base = try source(of: context)
        } else {
            drafts[index].base = .image(image)
        }
    }

    private mutating func expand(
        _ text: String, _ arguments: BuildArguments, escape: Character, in index: Int
    ) throws(BuildError) -> String {
        let range = drafts[index].instruction.range
        do {
            let expansion = try VariableExpander(escape: escape) { arguments.globals[$0] }.expand(text)
            drafts[index].usedArguments += expansion.used
            for name in expansion.undefined where arguments.declared[name] == nil {
                undefined.append(
                    UndefinedVariable(
                        name: name, nearest: arguments.nearest(to: name), range: range, isInFrom: true))
            }
            return expansion.text
        } catch {
            throw BuildError(.syntax, "\(error)", at: range)
        }
    }

    private func source(
        of context: (name: String, source: BuildRequest.ContextSource)
    ) throws(BuildError) -> TreeSource {
        switch context.source {
        case .directory, .standardInput, .url, .git: return .context(context.name)
        case .image("scratch"): return .empty
        case .image(let name): return .image(name)
        case .layout(let place): return .image("oci-layout://" + place)
        case .stage(let name):
            guard let index = byName[name.lowercased()] else {
                throw missingStage(name, in: "--build-context \(context.name)=target:\(name)")
            }
            return .stage(index)
        }
    }

    /// The place of the stage that `--from=NAME` or `--from=INDEX` means; nil where it is none of this Dockerfile.
    func stage(of from: String, allowsIndex: Bool) -> Int? {
        if let index = byName[from.lowercased()] { return index }
        guard allowsIndex, let index = Int(from), drafts.indices.contains(index) else { return nil }
        return index
    }

    private func source(from name: String, allowsIndex: Bool, at range: SourceRange) throws(BuildError) -> TreeSource {
        if let index = stage(of: name, allowsIndex: allowsIndex) { return .stage(index) }
        if allowsIndex, Int(name) != nil {
            throw BuildError(
                .missing,
                "there is no stage \(name): \(drafts.count == 1 ? "the only one is 0" : "they are 0 to \(drafts.count - 1)")",
                at: range)
        }
        if name == "scratch" { return .empty }
        if let context = contexts[name] { return try source(of: context) }
        return .image(name)
    }

    /// An instruction with the trees that it reads.
    private func command(
        _ instruction: Instruction, range: SourceRange, origin: StageCommand.Origin, in index: Int
    ) throws(BuildError) -> StageCommand {
        var command = StageCommand(instruction: instruction, range: range, origin: origin)
        switch instruction.body {
        case .copy(let copy), .add(let copy):
            guard let from = copy.from else { break }
            let expansion = try? VariableExpander { _ in nil }.expand(from)
            guard expansion?.text == from else {
                throw BuildError(
                    .syntax, "--from=\(from) cannot have variables: write FROM \(from) AS NAME, and --from=NAME",
                    at: range)
            }
            command.sources = [try source(from: from, allowsIndex: true, at: range)]
        case .run(let run):
            for mount in run.mounts {
                let from = mount.options.last { $0.key.lowercased() == "from" }?.value ?? ""
                guard !from.utf8.dropLast().contains(UInt8(ascii: "$")) else {
                    throw BuildError(
                        .syntax, "from=\(from) cannot have variables: write FROM \(from) AS NAME, and from=NAME",
                        at: mount.range)
                }
                command.sources.append(
                    from.isEmpty ? nil : try source(from: from, allowsIndex: false, at: mount.range))
            }
        default: break
        }
        return command
    }

    /// What ONBUILD of the base has to be carried out first. Asked once for each stage, and true where the stage got
    /// some.
    mutating func addTriggers(of image: ImageConfiguration?, to index: Int) throws(BuildError) {
        guard !drafts[index].isTriggered else { return }
        drafts[index].isTriggered = true
        guard !drafts[index].isReplaced else { return }
        let from = drafts[index].instruction.range
        var triggers: [StageCommand] = []
        for text in image?.execution.onBuild ?? [] {
            let instruction: Instruction
            do {
                instruction = try DockerfileParser.parseInstruction(text, name: "ONBUILD of \(drafts[index].image)")
            } catch {
                throw BuildError(.syntax, "ONBUILD \(text) of \(drafts[index].image): \(error.words)", at: from)
            }
            triggers.append(try command(instruction, range: from, origin: .imageTrigger, in: index))
        }
        if case .stage(let base) = drafts[index].base {
            for command in drafts[base].commands {
                guard case .onbuild(_, let instruction) = command.instruction.body else { continue }
                triggers.append(try self.command(instruction, range: command.range, origin: .stageTrigger, in: index))
            }
        }
        drafts[index].commands = triggers + drafts[index].commands
        if !triggers.isEmpty { try refuseCircles() }
    }

    /// The stages that one needs first.
    func needs(of index: Int) -> [Int] {
        let sources = [drafts[index].base] + drafts[index].commands.flatMap { $0.sources.compactMap(\.self) }
        return sources.compactMap { if case .stage(let stage) = $0 { stage } else { nil } }
    }

    /// The stages that `targets` cannot do without, and themselves, each behind those that it needs.
    func order(from targets: some Sequence<Int>) throws(BuildError) -> [Int] {
        var order: [Int] = []
        var isDone = [Bool](repeating: false, count: drafts.count)
        for target in targets { try follow(target, &isDone, &order) }
        return order
    }

    private func refuseCircles() throws(BuildError) { _ = try order(from: drafts.indices) }

    /// Depth first, on a stack of its own: how deep stages stand on stages is the Dockerfile's to say.
    private func follow(_ first: Int, _ isDone: inout [Bool], _ order: inout [Int]) throws(BuildError) {
        guard !isDone[first] else { return }
        var path: [(index: Int, needs: ArraySlice<Int>)] = [(first, needs(of: first)[...])]
        var isOnPath: Set<Int> = [first]
        while let (index, needs) = path.last {
            guard let next = needs.first else {
                path.removeLast()
                isOnPath.remove(index)
                isDone[index] = true
                order.append(index)
                continue
            }
            path[path.count - 1].needs = needs.dropFirst()
            if isOnPath.contains(next) { throw circle(path.map(\.index), to: next) }
            guard !isDone[next] else { continue }
            path.append((next, self.needs(of: next)[...]))
            isOnPath.insert(next)
        }
    }

    private func circle(_ path: [Int], to index: Int) -> BuildError {
        let names = (path.drop { $0 != index } + [index]).map { drafts[$0].title }
        let words =
            names.count == 2
            ? "stage \(names[0]) needs itself: name an earlier stage, or an image"
            : "stages need each other, \(names.joined(separator: " needs ")): one of them has to do without"
        return BuildError(.invalid, words, at: drafts[path[path.count - 1]].instruction.range)
    }

    /// The stage of `--target`, or the last.
    func target(_ name: String?) throws(BuildError) -> Int {
        guard let name else { return drafts.count - 1 }
        guard let index = byName[name.lowercased()] else { throw missingStage(name, in: "--target \(name)") }
        return index
    }

    /// The stage whose name is nearly that of an image.
    func nearestStage(to image: String) -> String? { nearestWord(to: image, among: drafts.compactMap(\.name)) }

    /// Whether there is nothing that a step's stage has to be told apart from.
    var isOneStage: Bool {
        drafts.count == 1 && drafts[0].commands.allSatisfy { $0.sources.allSatisfy { $0 == nil } }
    }

    /// What is said of a stage that is not there.
    func missingStage(_ name: String, in place: String) -> BuildError {
        let names = drafts.compactMap(\.name)
        var words = "\(place): there is no stage \(name)"
        if let nearest = nearestWord(to: name.lowercased(), among: names) {
            words += ", did you mean \(nearest)?"
        } else {
            words += names.isEmpty ? ": none of them has a name, write FROM IMAGE AS \(name)" : ""
        }
        if !names.isEmpty { words += " (the stages are \(names.joined(separator: ", ")))" }
        return BuildError(.missing, words)
    }
}

extension Dockerfile {
    /// What takes the meaning of a character away.
    var escape: Character { directives.first { $0.key == .escape }?.value.first ?? "\\" }
}
