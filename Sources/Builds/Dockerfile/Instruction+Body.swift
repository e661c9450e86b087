// SPDX-License-Identifier: Apache-2.0

extension Instruction {
    /// What an instruction says. Values are as they are written: variables are expanded later, by the stage.
    public enum Body: Hashable, Sendable {
        case from(From)
        case arg([ArgumentDeclaration])
        case run(Run)
        case copy(Copy)
        case add(Copy)
        case cmd(CommandForm)
        case entrypoint(CommandForm)
        case shell([String])
        /// `isLegacy` for `ENV key rest of the line`.
        case env([KeyValue], isLegacy: Bool)
        case label([KeyValue], isLegacy: Bool)
        case expose([String])
        case volume([String])
        case user(String)
        case workdir(String)
        case stopSignal(String)
        case maintainer(String)
        case healthcheck(Healthcheck)
        /// The instruction that a child image will carry out, here-documents attached again, and as it reads.
        indirect case onbuild(text: String, Instruction)
    }

    public struct From: Hashable, Sendable {
        public var platform: String?
        public var image: String
        /// As it is written; stages are compared without regard to case.
        public var stageName: String?
        /// The word `AS`, as it is written.
        public var asKeyword: String?
        public init(platform: String? = nil, image: String, stageName: String? = nil, asKeyword: String? = nil) {
            self.platform = platform
            self.image = image
            self.stageName = stageName
            self.asKeyword = asKeyword
        }
    }

    public struct ArgumentDeclaration: Hashable, Sendable {
        public var name: String
        public var value: String?
        public init(name: String, value: String?) {
            self.name = name
            self.value = value
        }
    }

    /// Quotes are still in both, since expanding takes them away.
    public struct KeyValue: Hashable, Sendable {
        public var key: String
        public var value: String
        public init(key: String, value: String) {
            self.key = key
            self.value = value
        }
    }

    /// A command line, for a shell or as words.
    public enum CommandForm: Hashable, Sendable {
        case shell(String)
        case exec([String])
    }

    public struct Run: Hashable, Sendable {
        /// Here-documents that are for the shell are in the text again.
        public var command: Command
        public var mounts: [Mount]
        public var network: String?
        public var security: String?
        public init(command: Command, mounts: [Mount] = [], network: String? = nil, security: String? = nil) {
            self.command = command
            self.mounts = mounts
            self.network = network
            self.security = security
        }
        public enum Command: Hashable, Sendable {
            case form(CommandForm)
            /// A here-document with `#!` as its start: run as the file `/dev/pipes/NAME`.
            case script(name: String, contents: String)
        }
        /// `--mount=type=...`: its options in their order, with values not expanded and no value for a bare word.
        public struct Mount: Hashable, Sendable {
            public var options: [(key: String, value: String?)]
            public var range: SourceRange
            public init(options: [(key: String, value: String?)], range: SourceRange) {
                self.options = options
                self.range = range
            }
            public static func == (left: Self, right: Self) -> Bool {
                left.range == right.range && left.options.count == right.options.count
                    && zip(left.options, right.options).allSatisfy { $0.key == $1.key && $0.value == $1.value }
            }
            public func hash(into hasher: inout Hasher) { hasher.combine(range) }
        }
    }

    /// COPY and ADD. Flags that only one of them has are refused for the other while reading.
    public struct Copy: Hashable, Sendable {
        public var sources: [Source]
        public var destination: String
        public var from: String?
        public var owner: String?
        public var mode: String?
        public var isLink: Bool
        public var keepsParents: Bool
        public var excludes: [String]
        public var checksum: String?
        public var keepsGitDirectory: Bool?
        public var unpacks: Bool?
        public init(
            sources: [Source], destination: String, from: String? = nil, owner: String? = nil, mode: String? = nil,
            isLink: Bool = false, keepsParents: Bool = false, excludes: [String] = [], checksum: String? = nil,
            keepsGitDirectory: Bool? = nil, unpacks: Bool? = nil
        ) {
            self.sources = sources
            self.destination = destination
            self.from = from
            self.owner = owner
            self.mode = mode
            self.isLink = isLink
            self.keepsParents = keepsParents
            self.excludes = excludes
            self.checksum = checksum
            self.keepsGitDirectory = keepsGitDirectory
            self.unpacks = unpacks
        }
        public enum Source: Hashable, Sendable {
            /// A path, a pattern, a URL or a repository, as it is written.
            case path(String)
            case inline(Heredoc)
        }
    }

    public enum Healthcheck: Hashable, Sendable {
        case none
        /// Durations in nanoseconds; nil and 0 for the default.
        case test(
            CommandForm, interval: Int64?, timeout: Int64?, startPeriod: Int64?, startInterval: Int64?, retries: Int?)
    }
}
