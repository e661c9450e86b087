// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// What `run` and `create` say of how a container lives: how it ends, when it starts again, where its output is kept.
struct LifeOptions: Sendable {
    var removesItself = false
    var restart: RestartPolicy?
    var stopSignal: SignalArgument?
    /// Seconds.
    var stopTimeout: Int?
    var logDriver: LogDriver?
    var logOptions: [LogOption] = []
    var health = HealthFlags()

    /// Puts all of it into a request.
    func fill(_ request: inout ContainerRequest) throws {
        if removesItself, let restart, restart != .no {
            throw EngineError(.invalid, "--rm and --restart \(restart) exclude each other: leave one of them out")
        }
        request.removesItself = removesItself
        request.restart = restart ?? .no
        request.stopSignal = stopSignal
        request.stopTimeout = stopTimeout
        if health.check.isOff, health.check != .off {
            throw EngineError(.invalid, "--no-healthcheck and --health-* exclude each other: leave one of them out")
        }
        request.health = health.check
        request.log = try LogChoice(driver: logDriver ?? .jsonFile, options: logOptions)
    }

    /// The flags, for a command whose options have this at `place`.
    static func flags<Options>(at place: any WritableKeyPath<Options, LifeOptions> & Sendable) -> [Flag<Options>] {
        [
            .toggle("rm", "Remove the container when it exits") { $0[keyPath: place].removesItself = $1 },
            .value(
                "restart", "POLICY", "Start it again when it ends: no, on-failure[:N], always, unless-stopped",
                RestartPolicy.init(parsing:)
            ) { $0[keyPath: place].restart = $1 },
            .value(
                "stop-signal", "SIGNAL", "What 'minibox stop' sends (the image's, or TERM)",
                SignalArgument.init(parsing:)
            ) { $0[keyPath: place].stopSignal = $1 },
            .value(
                "stop-timeout", "SECONDS", "How long 'minibox stop' waits before it kills (10; -1 for ever)",
                seconds
            ) { $0[keyPath: place].stopTimeout = $1 },
            .value(
                "log-driver", "DRIVER", "Keep its output by DRIVER: json-file, journald, none", LogDriver.init(parsing:)
            ) {
                $0[keyPath: place].logDriver = $1
            },
            .list("log-opt", "KEY=VALUE", "Tell the log driver", LogOption.init(parsing:)) {
                $0[keyPath: place].logOptions.append($1)
            },
        ]
    }
}

/// A number of seconds, -1 for ever.
func seconds(_ text: String) throws(SyntaxError) -> Int {
    guard let number = Int32(text), number >= -1 else {
        throw SyntaxError(text, "is no number of seconds", "write a whole number, or -1 to wait for ever")
    }
    return Int(number)
}
