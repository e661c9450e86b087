// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import Linux
internal import OCI
internal import Words

/// `minibox registry tags|referrers|rm`, and `minibox search`: what is asked of a registry and takes no image.
enum RegistryQuestions {
    /// What a line of theirs says.
    struct Options: Sendable {
        var name = ""
        var type: String?
        var byTag = false
        var limit = 25
        var isUntruncated = false
        var format = OutputFormat.table
        var registry = RegistryOptions()
    }

    private static func command(
        _ summary: String, discussion: [String] = [], _ positional: String, _ flags: [Flag<Options>]
    ) -> Command<Options> {
        Command(
            summary, discussion: discussion, options: Options(),
            positionals: [.required(positional) { $0.name = $1 }],
            groups: (flags.isEmpty ? [] : [FlagGroup("Options", flags)])
                + [FlagGroup("Registries", RegistryFlags.flags(at: \.registry))])
    }

    private static var format: Flag<Options> {
        .value("format", "table|json", "Print a table, or JSON", OutputFormat.init(parsing:)) { $0.format = $1 }
    }

    static func tagsTable() -> Command<Options> {
        command("List the tags of a repository", "NAME", [format])
    }

    static func referrersTable() -> Command<Options> {
        command(
            "List what refers to an image of a registry: signatures, bills of materials and the like",
            "NAME[:TAG|@DIGEST]",
            [.text("artifact-type", "TYPE", "Only what is of this type") { $0.type = $1 }, format])
    }

    static func removeTable() -> Command<Options> {
        command(
            "Remove an image from its registry",
            discussion: [
                "Removes the manifest that the name means, and with it all of its tags. With --tag only the tag goes, which not "
                    + "every registry can do. Blobs are the registry's own to collect."
            ], "NAME[:TAG|@DIGEST]", [.toggle("tag", "Remove the tag alone") { $0.byTag = $1 }])
    }

    static func searchTable() -> Command<Options> {
        command(
            "Search a registry for images",
            discussion: [
                "WORDS may begin with HOST/ of another registry than docker.io; not every one can be searched."
            ],
            "WORDS",
            [
                .value("limit", "NUMBER", "Most that are shown (25)", limit) { $0.limit = $1 },
                .toggle("no-trunc", "Show descriptions whole") { $0.isUntruncated = $1 }, format,
            ])
    }

    private static func limit(_ text: String) throws(SyntaxError) -> Int {
        guard let number = Int(text), 1...100 ~= number else {
            throw SyntaxError(text, "is no number of images", "write 1 to 100")
        }
        return number
    }

    /// Asks, as `body` does with a client.
    private static func ask<R>(
        _ options: Options, _ globals: GlobalOptions, _ reference: ImageReference,
        _ body: (RegistryClient) throws(ImageError) -> R
    ) throws -> R {
        try Minibox.requireRoot()
        let signals = try SignalQueue(of: SignalQueue.ending)
        let client = try globals.engine.client(
            try RegistryEnvironment(options.registry), [reference], interruptedBy: signals)
        do throws(ImageError) { return try body(client) } catch { throw EngineError(registry: error) }
    }

    static func tags(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        let reference = try ImageReference(options.name)
        let tags = try ask(options, globals, reference) { client throws(ImageError) in try client.tags(of: reference) }
        switch options.format {
        case .table: try Minibox.show(tags.map { $0 + "\n" }.joined())
        case .json: try Minibox.show("\(["name": .string(reference.path), "tags": JSON(tags)] as JSON)\n")
        }
        return 0
    }

    static func referrers(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        let reference = try ImageReference(options.name)
        let found = try ask(options, globals, reference) { client throws(ImageError) in
            try client.referrers(of: try client.digest(of: reference), in: reference, type: options.type)
        }
        switch options.format {
        case .table:
            var table = Table(["DIGEST", "ARTIFACT TYPE", "SIZE"])
            for referrer in found {
                table.add([
                    "\(referrer.descriptor.digest)", plainText(referrer.artifactType),
                    ImagesCommand.size(referrer.descriptor.size),
                ])
            }
            try Minibox.show(table.text)
        case .json:
            let list = found.map { referrer -> JSON in
                var json = referrer.descriptor.json
                json["artifactType"] = .string(referrer.artifactType)
                return json
            }
            try Minibox.show("\(JSON.array(list))\n")
        }
        return 0
    }

    static func remove(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        let reference = try ImageReference(options.name)
        if options.byTag, reference.digest != nil {
            throw EngineError(.invalid, "--tag removes a tag, and \(options.name) has a digest: write NAME:TAG")
        }
        try ask(options, globals, reference) { client throws(ImageError) in
            try client.deleteManifest(reference, byTag: options.byTag)
        }
        try globals.engine.record(Action("registry rm", image: "\(reference)"))
        try Minibox.show("Deleted: \(reference)\n")
        return 0
    }

    static func search(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        // What stands in front of a slash is a registry where it could be no part of a name of docker.io's.
        var (registry, words) = ("docker.io", options.name)
        if let slash = words.firstIndex(of: "/"), words[..<slash].contains(where: { $0 == "." || $0 == ":" }) {
            registry = String(words[..<slash])
            words = String(words[words.index(after: slash)...])
        }
        guard let reference = try? ImageReference("\(registry)/words"), !words.isEmpty else {
            throw EngineError(.invalid, "cannot search for \(options.name): write [HOST/]WORDS")
        }
        let found = try ask(options, globals, reference) { client throws(ImageError) in
            try client.search(words, in: registry, limit: options.limit)
        }
        if case .json = options.format {
            try Minibox.show("\(JSON.array(found))\n")
            return 0
        }
        var table = Table(["NAME", "DESCRIPTION", "STARS", "OFFICIAL"])
        for image in found {
            var description = plainText(image["description"]?.string ?? "")
            if !options.isUntruncated, description.count > 45 { description = description.prefix(44) + "…" }
            table.add([
                plainText(image["name"]?.string ?? ""), description, "\(image["star_count"]?.int ?? 0)",
                image["is_official"]?.bool == true ? "[OK]" : "",
            ])
        }
        try Minibox.show(table.text)
        return 0
    }
}
