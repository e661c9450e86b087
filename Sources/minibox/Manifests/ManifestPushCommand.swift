// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// `minibox manifest push`: a list and its images go to a registry as one image for several machines.
enum ManifestPushCommand {
    /// What its line says.
    struct Options: Sendable {
        var list = ""
        var destination: String?
        var removesList = false
        var isQuiet = false
        var progress = ProgressForm.auto
        var registry = RegistryOptions()
    }

    /// The table of `minibox manifest push`.
    static func table() -> Command<Options> {
        Command(
            "Send a list and its images to a registry",
            discussion: [
                "Sends each image of the list by its digest, and then the index under the list's name, or DESTINATION. Images "
                    + "that are in registries alone are taken from there, where the registry cannot lend them to itself."
            ],
            options: Options(),
            positionals: [.required("LIST") { $0.list = $1 }, .optional("DESTINATION") { $0.destination = $1 }],
            groups: [
                FlagGroup(
                    "Options",
                    [
                        .toggle("purge", short: "p", "Remove the list afterwards; its images stay") {
                            $0.removesList = $1
                        },
                        .toggle("rm", "The same as --purge") { $0.removesList = $1 },
                        .toggle("quiet", short: "q", "Print the digest alone") { $0.isQuiet = $1 },
                        .value(
                            "progress", "auto|tty|plain|json|none", "How to show how far it is",
                            ProgressForm.init(parsing:)
                        ) { $0.progress = $1 },
                        .fixed("all", true, "a list goes with all of its images", "leave it out"),
                    ]),
                FlagGroup(
                    "Registries",
                    [
                        .toggle("insecure", "Take any certificate of the registry, and http") {
                            $0.registry.isInsecure = $1
                        }
                    ] + RegistryFlags.flags(at: \.registry)),
            ])
    }

    /// Sends it, and prints the digest of the index.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let name = try ImageReference(options.list)
        // podman writes where it is in front.
        let text = options.destination.map { $0.hasPrefix("docker://") ? String($0.dropFirst(9)) : $0 }
        let destination = try text.map { text throws(ImageFormatError) in try ImageReference(text) } ?? name
        let engine = try globals.engine
        engine.recover()
        let list = try engine.images().requireList(name)
        let signals = try SignalQueue(of: SignalQueue.ending)
        // The digest is what the command prints; how far it is stands beside it.
        let view = try TransferView(options.isQuiet ? .none : options.progress, on: .error, verb: "Pushing")
        defer { view.end() }
        view.say("The push refers to repository [\(destination.name)]")
        let pushed = try engine.push(
            list, as: destination, try RegistryEnvironment(options.registry), interruptedBy: signals
        ) { view.show($0) }
        view.end()
        view.say("\(destination.tag ?? "latest"): digest: \(pushed.digest) size: \(pushed.size)")
        try Minibox.show("\(pushed.digest)\n")
        if options.removesList { try engine.images().removeList(name) }
        return 0
    }
}
