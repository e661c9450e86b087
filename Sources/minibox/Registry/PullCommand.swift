// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// `minibox pull`, which is `minibox image pull`.
enum PullCommand {
    /// What its line says.
    struct Options: Sendable {
        var names: [String] = []
        var takesAllTags = false
        var isQuiet = false
        var platform: Platform?
        var progress = ProgressForm.auto
        var registry = RegistryOptions()
        var layers = LayerSetting()
        var lease: LeaseArgument?
    }

    /// The table of `minibox pull`.
    static func table() -> Command<Options> {
        Command(
            "Take images from registries",
            discussion: [
                "A name without a host is one of docker.io. Layers that are here already are not fetched, and a download "
                    + "that was broken off goes on. Who asks is who has logged in, with docker or podman."
            ],
            options: Options(),
            positionals: [.oneOrMore("NAME[:TAG|@DIGEST]") { $0.names.append($1) }],
            groups: [
                FlagGroup(
                    "Options",
                    [
                        .toggle("all-tags", short: "a", "Take all tags of the repository") { $0.takesAllTags = $1 },
                        .toggle("quiet", short: "q", "Print names alone") { $0.isQuiet = $1 },
                        .value(
                            "platform", "OS/ARCHITECTURE", "Take the image for another machine", Platform.init(parsing:)
                        ) {
                            $0.platform = $1
                        },
                        .value(
                            "progress", "auto|tty|plain|json|none", "How to show how far it is",
                            ProgressForm.init(parsing:)
                        ) { $0.progress = $1 },
                        LeaseFlag.flag(at: \.lease),
                        .fixed(
                            "disable-content-trust", true, "images are known by their digests", "leave it out"),
                    ] + LayerFlags.flags(at: \.layers)),
                FlagGroup("Registries", RegistryFlags.flags(at: \.registry)),
            ])
    }

    /// Takes them, and prints what their names are.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let references = try options.names.map { text in
            let reference = try ImageReference(text)
            if options.takesAllTags, reference.tag != nil || reference.digest != nil {
                throw EngineError(.invalid, "--all-tags takes a name alone: write \(reference.familiarName)")
            }
            return reference
        }
        let engine = try globals.engine(under: options.lease)
        engine.recover()
        try engine.enterCommand()
        defer { engine.leaveCommand() }
        let environment = try RegistryEnvironment(options.registry)
        let signals = try SignalQueue(of: SignalQueue.ending)
        for reference in references {
            for reference in try tags(of: reference, options, engine, environment, signals) {
                try pull(reference, options, engine, environment, signals)
            }
        }
        return 0
    }

    private static func tags(
        of reference: ImageReference, _ options: Options, _ engine: Engine, _ environment: RegistryEnvironment,
        _ signals: borrowing SignalQueue
    ) throws -> [ImageReference] {
        guard options.takesAllTags else { return [reference] }
        let client = try engine.client(environment, [reference], interruptedBy: signals)
        do throws(ImageError) {
            return try client.tags(of: reference).map { tag in
                var reference = reference
                reference.tag = tag
                return reference
            }
        } catch { throw EngineError(registry: error) }
    }

    private static func pull(
        _ reference: ImageReference, _ options: Options, _ engine: Engine, _ environment: RegistryEnvironment,
        _ signals: borrowing SignalQueue
    ) throws {
        let request = PullRequest(reference, platform: options.platform)
        let view = try TransferView(options.isQuiet ? .none : options.progress, on: .output, verb: "Downloading")
        if reference.tag == nil, reference.digest == nil { view.say("Using default tag: latest") }
        let tag = request.reference.tag ?? "\(request.reference)"
        view.say("Pulling from \(reference.path)", id: tag)
        let image: PulledImage
        do {
            image = try engine.pull(
                request, environment, options.layers, interruptedBy: signals, progress: { view.show($0) })
        } catch {
            view.end()
            throw error
        }
        view.end()
        view.say("Digest: \(image.digest)")
        let name = image.reference.familiar
        view.say("Status: " + (image.isNew ? "Downloaded newer image for \(name)" : "Image is up to date for \(name)"))
        if options.platform == nil, image.platform.architecture != Platform.current.architecture {
            Minibox.complain("\(name) is for \(image.platform), and this machine is \(Platform.current)")
        }
        if options.progress != .json { try Minibox.show("\(image.reference.canonical)\n") }
    }
}
