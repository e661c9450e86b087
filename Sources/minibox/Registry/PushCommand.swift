// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import Linux
internal import OCI
internal import Registry
internal import Words

/// `minibox push`, which is `minibox image push`.
enum PushCommand {
    /// What its line says.
    struct Options: Sendable {
        var names: [String] = []
        var sendsAllTags = false
        var isQuiet = false
        var progress = ProgressForm.auto
        var registry = RegistryOptions()
    }

    /// The table of `minibox push`.
    static func table() -> Command<Options> {
        Command(
            "Send images to registries",
            discussion: [
                "Sends what the registry of the name does not have: layers as they are in the store, and last the manifest. "
                    + "Layers that were made here are compressed for it, once. A list of 'minibox manifest' goes with all of "
                    + "its images. Log in with 'minibox login'."
            ],
            options: Options(),
            positionals: [.oneOrMore("NAME[:TAG]") { $0.names.append($1) }],
            groups: [
                FlagGroup(
                    "Options",
                    [
                        .toggle("all-tags", short: "a", "Send all tags of the name") { $0.sendsAllTags = $1 },
                        .toggle("quiet", short: "q", "Print names alone") { $0.isQuiet = $1 },
                        .value(
                            "progress", "auto|tty|plain|json|none", "How to show how far it is",
                            ProgressForm.init(parsing:)
                        ) { $0.progress = $1 },
                        .fixed(
                            "disable-content-trust", true, "images are known by their digests", "leave it out"),
                    ]), FlagGroup("Registries", RegistryFlags.flags(at: \.registry)),
            ])
    }

    /// Sends them, and prints their digests.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let engine = try globals.engine
        engine.recover()
        let environment = try RegistryEnvironment(options.registry)
        let signals = try SignalQueue(of: SignalQueue.ending)
        for text in options.names {
            let reference = try ImageReference(text)
            for reference in try names(of: reference, options, engine) {
                try push(reference, options, engine, environment, signals)
            }
        }
        return 0
    }

    /// Sends what a build has made.
    static func push(_ references: [ImageReference], isQuiet: Bool, _ engine: Engine) throws {
        var options = Options()
        options.isQuiet = isQuiet
        let environment = try RegistryEnvironment(options.registry)
        let signals = try SignalQueue(of: SignalQueue.ending)
        for reference in references { try push(reference, options, engine, environment, signals) }
    }

    private static func names(
        of reference: ImageReference, _ options: Options, _ engine: Engine
    ) throws -> [ImageReference] {
        guard options.sendsAllTags else {
            var reference = reference
            if reference.tag == nil, reference.digest == nil { reference.tag = "latest" }
            return [reference]
        }
        if reference.tag != nil || reference.digest != nil {
            throw EngineError(.invalid, "--all-tags takes a name alone: write \(reference.familiarName)")
        }
        let store = try engine.images()
        let names = try (store.list().compactMap(\.reference) + store.imageLists().map(\.name)).filter {
            $0.name == reference.name && $0.digest == nil
        }
        guard !names.isEmpty else { throw EngineError(.missing, "no image \(reference.familiarName) in the store") }
        return names
    }

    private static func push(
        _ reference: ImageReference, _ options: Options, _ engine: Engine, _ environment: RegistryEnvironment,
        _ signals: borrowing SignalQueue
    ) throws {
        let view = try TransferView(options.isQuiet ? .none : options.progress, on: .output, verb: "Pushing")
        defer { view.end() }
        view.say("The push refers to repository [\(reference.name)]")
        let pushed = try engine.push(reference, environment, interruptedBy: signals) { view.show($0) }
        view.end()
        view.say("\(reference.tag ?? "latest"): digest: \(pushed.digest) size: \(pushed.size)")
        if options.isQuiet { try Minibox.show("\(reference.canonical)\n") }
    }
}

extension TransferView {
    /// Takes in what happens in a push.
    func show(_ event: PushEvent) {
        switch event {
        case .packing(let layer): say("Compressing layer \(layer + 1)")
        case .planned(let layers): plan(layers.map { ($0.digest.short, $0.size, nil) })
        case .sending(let layer, let done): move(layer, to: done)
        case .retrying(let layer, let after, let reason):
            let words = "Retrying in \(Int(after.rounded(.up))) seconds: \(plainText(reason))"
            if let layer { set(layer, .pausing(words), words) } else { say(words) }
        case .sent(let layer, .existed): set(layer, .ended, "Layer already exists")
        case .sent(let layer, .mounted): set(layer, .ended, "Mounted from another repository")
        case .sent(let layer, .uploaded): set(layer, .ended, "Pushed")
        }
    }
}
