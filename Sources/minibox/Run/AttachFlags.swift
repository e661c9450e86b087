// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// What `run`, `start` and `attach` say of how the command stays with the container.
struct AttachFlags: Sendable {
    /// Empty for all.
    var streams: [AttachStream] = []
    var forwardsSignals = true
    var detachKeys: DetachKeys?

    /// With `input` whether this command's input is the container's, where the streams do not say.
    func options(input: Bool) -> AttachOptions {
        var options = AttachOptions()
        options.output = true
        options.input = streams.isEmpty ? input : streams.contains(.input)
        options.showsOutput = streams.isEmpty || streams.contains(.output)
        options.showsErrors = streams.isEmpty || streams.contains(.errors)
        options.forwardsSignals = forwardsSignals
        options.detachKeys = detachKeys ?? .standard
        return options
    }

    /// The flags, for a command whose options have this at `place`.
    static func flags<Options>(at place: any WritableKeyPath<Options, AttachFlags> & Sendable) -> [Flag<Options>] {
        [
            .toggle("sig-proxy", "Pass the signals on that this command gets (true)") {
                $0[keyPath: place].forwardsSignals = $1
            },
            .value(
                "detach-keys", "KEYS", "The keys that leave the container alone (ctrl-p,ctrl-q)",
                DetachKeys.init(parsing:)
            ) { $0[keyPath: place].detachKeys = $1 },
        ]
    }

    /// `--attach`, for `run`.
    static func streamFlag<Options>(at place: any WritableKeyPath<Options, AttachFlags> & Sendable) -> Flag<Options> {
        .list("attach", short: "a", "STREAM", "Stay with stdin, stdout or stderr alone", AttachStream.init(parsing:)) {
            $0[keyPath: place].streams.append($1)
        }
    }
}

/// A stream by its name.
enum AttachStream: String, Sendable {
    case input = "stdin"
    case output = "stdout"
    case errors = "stderr"

    /// Reads `stdin`, `stdout` or `stderr`, in any case.
    init(parsing text: String) throws(SyntaxError) {
        guard let stream = AttachStream(rawValue: text.lowercased()) else {
            throw SyntaxError(text, "is no stream", "write stdin, stdout or stderr")
        }
        self = stream
    }
}
