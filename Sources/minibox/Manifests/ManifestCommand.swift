// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine
internal import Images
internal import OCI

/// `minibox manifest`: what images consist of, and lists of images for several machines.
enum ManifestCommand {
    /// What the line of any of them says.
    struct Options: Sendable {
        var list = ""
        var images: [String] = []
        var isVerbose = false
        var amends = false
        var os: String?
        var architecture: String?
        var variant: String?
        var annotations: [String: String] = [:]
    }

    /// The table of `minibox manifest inspect`.
    static func inspectTable() -> Command<Options> {
        Command(
            "Show the manifest of an image, or the index of a list", options: Options(),
            positionals: [.required("IMAGE") { $0.list = $1 }],
            flags: [
                .toggle("verbose", short: "v", "Show digest, length and machine too, and all of a list") {
                    $0.isVerbose = $1
                }
            ])
    }

    static func inspect(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        return try inspect(options, from: try globals.engine.images())
    }

    private static func inspect(_ options: Options, from source: some ManifestSource) throws -> Int32 {
        let document = try source.document(options.list)
        let shown = options.isVerbose ? document.described : try JSON(parsing: document.bytes)
        try Minibox.show(String(decoding: shown.bytes(pretty: true), as: UTF8.self) + "\n")
        return 0
    }

    /// The table of `minibox manifest create`.
    static func createTable() -> Command<Options> {
        Command(
            "Make a list of images for several machines",
            discussion: [
                "The images are of the store, and stay what they are. 'save' writes the list as one image, of which each "
                    + "machine takes its own."
            ],
            options: Options(),
            positionals: [.required("LIST") { $0.list = $1 }, .anyNumber("IMAGE") { $0.images.append($1) }],
            flags: [.toggle("amend", short: "a", "Add to a list that is there already") { $0.amends = $1 }])
    }

    static func create(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try changing(options, globals) { store, name in
            try store.makeList(name, of: options.images, amends: options.amends)
            try Minibox.show("\(name.familiar)\n")
        }
    }

    /// The table of `minibox manifest add`.
    static func addTable() -> Command<Options> {
        Command(
            "Add images to a list", options: Options(),
            positionals: [.required("LIST") { $0.list = $1 }, .oneOrMore("IMAGE") { $0.images.append($1) }], flags: [])
    }

    static func add(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try changing(options, globals) { store, name in try store.add(options.images, to: name) }
    }

    /// The table of `minibox manifest remove`.
    static func removeTable() -> Command<Options> {
        Command(
            "Take images out of a list", options: Options(),
            positionals: [
                .required("LIST") { $0.list = $1 }, .oneOrMore("IMAGE|DIGEST") { $0.images.append($1) },
            ], flags: [])
    }

    static func remove(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try changing(options, globals) { store, name in
            try store.changeList(name) { list throws(ImageError) in
                for image in options.images { try list.change(image) { _ in nil } }
            }
        }
    }

    /// The table of `minibox manifest rm`.
    static func removeListsTable() -> Command<Options> {
        Command(
            "Remove lists; their images stay", options: Options(),
            positionals: [.oneOrMore("LIST") { $0.images.append($1) }], flags: [])
    }

    static func removeLists(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        for text in options.images {
            var each = options
            each.list = text
            _ = try changing(each, globals) { store, name in
                try store.removeList(name)
                try Minibox.show("\(name.familiar)\n")
            }
        }
        return 0
    }

    /// The table of `minibox manifest annotate`.
    static func annotateTable() -> Command<Options> {
        Command(
            "Say in a list which machines an image is for, or something else of it", options: Options(),
            positionals: [
                .required("LIST") { $0.list = $1 }, .required("IMAGE|DIGEST") { $0.images.append($1) },
            ],
            flags: [
                .text("os", "OS", "Its operating system, as in linux") { $0.os = $1 },
                .text("arch", "ARCH", "Its processor, as in arm64") { $0.architecture = $1 },
                .text("variant", "VARIANT", "Which of these, as in v7") { $0.variant = $1 },
                .list("annotation", "KEY=VALUE", "Note this of it", Annotation.init(parsing:)) {
                    $0.annotations[$1.key] = $1.value
                },
            ])
    }

    static func annotate(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try changing(options, globals) { store, name in
            try store.changeList(name) { list throws(ImageError) in
                for image in options.images { try list.change(image) { annotated($0, options) } }
            }
        }
    }

    private static func annotated(_ member: ImageList.Member, _ options: Options) -> ImageList.Member {
        var member = member
        var platform = member.descriptor.platform ?? .current
        if let os = options.os { platform.os = os }
        if let architecture = options.architecture {
            platform.architecture = architecture
            platform.variant = nil
        }
        if let variant = options.variant { platform.variant = variant.isEmpty ? nil : variant }
        member.descriptor.platform = platform
        member.descriptor.annotations.merge(options.annotations) { $1 }
        return member
    }

    private static func changing(
        _ options: Options, _ globals: GlobalOptions, _ body: (ImageStore, ImageReference) throws -> Void
    ) throws -> Int32 {
        try Minibox.requireRoot()
        let name = try ImageReference(options.list)
        let engine = try globals.engine
        try engine.enterCommand()
        defer { engine.leaveCommand() }
        try body(try engine.images(), name)
        return 0
    }
}

/// `KEY=VALUE`.
private struct Annotation {
    let key: String
    let value: String

    init(parsing text: String) throws(SyntaxError) {
        guard let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")), equals != text.startIndex else {
            throw SyntaxError(text, "is no annotation", "write KEY=VALUE")
        }
        key = String(text[..<equals])
        value = String(text[text.utf8.index(after: equals)...])
    }
}
