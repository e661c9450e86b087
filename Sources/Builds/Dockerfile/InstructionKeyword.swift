// SPDX-License-Identifier: Apache-2.0

/// The instructions of the language.
enum InstructionKeyword: String, CaseIterable {
    case add = "ADD"
    case arg = "ARG"
    case cmd = "CMD"
    case copy = "COPY"
    case entrypoint = "ENTRYPOINT"
    case env = "ENV"
    case expose = "EXPOSE"
    case from = "FROM"
    case healthcheck = "HEALTHCHECK"
    case label = "LABEL"
    case maintainer = "MAINTAINER"
    case onbuild = "ONBUILD"
    case run = "RUN"
    case shell = "SHELL"
    case stopSignal = "STOPSIGNAL"
    case user = "USER"
    case volume = "VOLUME"
    case workdir = "WORKDIR"

    /// By its name in any case.
    init?(_ word: ArraySlice<UInt8>) { self.init(rawValue: word.text.uppercased()) }

    /// Whether `<<NAME` starts a here-document in its arguments.
    var takesHeredocs: Bool { self == .run || self == .copy || self == .add }

    /// Its flags and what they take.
    var flags: [(name: String, kind: FlagKind)] {
        switch self {
        case .from: [("platform", .text)]
        case .run: [("mount", .list), ("network", .text), ("security", .text)]
        case .copy:
            [
                ("from", .text), ("chown", .text), ("chmod", .text), ("link", .bool), ("parents", .bool),
                ("exclude", .list),
            ]
        case .add:
            [
                ("chown", .text), ("chmod", .text), ("link", .bool), ("keep-git-dir", .bool), ("checksum", .text),
                ("unpack", .bool), ("exclude", .list),
            ]
        case .healthcheck:
            [
                ("interval", .text), ("timeout", .text), ("start-period", .text), ("start-interval", .text),
                ("retries", .text),
            ]
        default: []
        }
    }
}

/// What a flag of an instruction takes.
enum FlagKind {
    /// Nothing, `true` or `false`.
    case bool
    /// A value, once.
    case text
    /// A value, as often as one likes.
    case list
}
