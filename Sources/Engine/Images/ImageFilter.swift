// SPDX-License-Identifier: Apache-2.0
public import Images
public import Linux
internal import OCI

/// `--filter KEY=VALUE` of `images`.
public enum ImageFilter: KeyedFilter, Hashable, Sendable {
    /// Whether it has no name.
    case dangling(Bool)
    case label(LabelFilter)
    /// Made before, or after, the image of that name.
    case before(String)
    case since(String)
    /// A name or a name with a tag, in which `*` and `?` stand for what is not a `/`.
    case reference(String)
    /// Made before that moment.
    case until(FileTime)

    /// Reads a filter.
    public init(parsing text: String) throws(SyntaxError) {
        try self.init(text, among: ["before", "dangling", "label", "reference", "since", "until"])
    }

    /// Reads one that says what is to be removed.
    public init(parsingForPrune text: String) throws(SyntaxError) {
        try self.init(text, among: ["dangling", "label", "label!", "until"])
    }

    private init(_ text: String, among keys: [String]) throws(SyntaxError) {
        let (key, value) = try FilterPair.read(text, among: keys)
        switch key {
        case "dangling": self = .dangling(try readBoolean(value, of: text))
        case "label", "label!": self = .label(LabelFilter(parsing: value, isWanted: key == "label"))
        case "before": self = .before(value)
        case "since": self = .since(value)
        case "reference":
            if value.utf8.contains(UInt8(ascii: "[")) {
                throw SyntaxError(text, "has '[' in its pattern", "write '*' for any letters and '?' for any one")
            }
            self = .reference(value)
        default: self = .until(try MomentArgument(parsing: value).time)
        }
    }

    var key: String {
        switch self {
        case .dangling: "dangling"
        case .label: "label"
        case .before: "before"
        case .since: "since"
        case .reference: "reference"
        case .until: "until"
        }
    }

    var holdsAlone: Bool { key == "label" }

    fileprivate static func matches(
        _ filters: [ImageFilter], _ image: ImageSummary, _ context: Context
    ) -> Bool {
        filters.pass { $0.matches(image, context) }
    }

    /// What filters ask about beside the image itself.
    fileprivate struct Context {
        /// When the images that filters name were made.
        var moments: [String: FileTime] = [:]
        /// An image's labels.
        let labels: (ImageSummary) -> JSON
    }

    private func matches(_ image: ImageSummary, _ context: Context) -> Bool {
        switch self {
        case .dangling(let wanted): return (image.reference == nil) == wanted
        case .label(let label): return label.passes { context.labels(image)[$0]?.string }
        case .reference(let pattern):
            guard let reference = image.reference else { return false }
            return [reference.familiar, reference.familiarName].contains {
                Self.matches(Array(pattern.utf8)[...], Array($0.utf8)[...])
            }
        case .before(let name), .since(let name):
            guard let made = image.created.flatMap(MomentArgument.date), let other = context.moments[name] else {
                return false
            }
            return key == "before" ? made < other : made > other
        case .until(let moment):
            guard let made = image.created.flatMap(MomentArgument.date) else { return false }
            return made < moment
        }
    }

    /// Whether a name is as the pattern says.
    private static func matches(_ pattern: ArraySlice<UInt8>, _ name: ArraySlice<UInt8>) -> Bool {
        var (pattern, name) = (pattern, name)
        /// Behind the last star, and what it stands for so far.
        var retry: (pattern: ArraySlice<UInt8>, name: ArraySlice<UInt8>)?
        while true {
            switch (pattern.first, name.first) {
            case (nil, nil): return true
            case (UInt8(ascii: "*")?, _):
                pattern.removeFirst()
                retry = (pattern, name)
                continue
            case (let wanted?, let found?)
            where wanted == found || wanted == UInt8(ascii: "?") && found != UInt8(ascii: "/"):
                pattern.removeFirst()
                name.removeFirst()
                continue
            default: break
            }
            guard var last = retry, let skipped = last.name.first, skipped != UInt8(ascii: "/") else { return false }
            last.name.removeFirst()
            retry = last
            (pattern, name) = last
        }
    }
}

extension Engine {
    /// The images that pass the filters.
    public func images(_ filters: [ImageFilter]) throws(EngineError) -> [ImageSummary] {
        do {
            let store = try images()
            let list = try store.list()
            if filters.isEmpty { return list }
            var context = ImageFilter.Context { image in
                (try? store.resolve("\(image.id)"))?.configuration.json["config"]?["Labels"] ?? .null
            }
            for filter in filters {
                switch filter {
                case .before(let name), .since(let name):
                    let image = try store.resolve(name)
                    context.moments[name] = image.configuration.created.flatMap(MomentArgument.date)
                default: break
                }
            }
            return list.filter { ImageFilter.matches(filters, $0, context) }
        } catch {
            throw EngineError(.missing, "\(error)")
        }
    }
}
