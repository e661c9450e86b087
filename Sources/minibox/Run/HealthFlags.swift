// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Engine

/// What `run` and `create` say of how to find out whether the container is well.
struct HealthFlags: Sendable {
    var check = HealthCheck()

    /// The flags, for a command whose options have this at `place`.
    static func flags<Options>(at place: any WritableKeyPath<Options, HealthFlags> & Sendable) -> [Flag<Options>] {
        [
            .text("health-cmd", "COMMAND", "Ask the container how it is with a line for its shell") {
                $0[keyPath: place].check.test = $1.isEmpty ? [] : ["CMD-SHELL", $1]
            },
            .value("health-interval", "TIME", "Ask so often (30s)", duration) {
                $0[keyPath: place].check.interval = $1
            },
            .value("health-timeout", "TIME", "An answer that takes longer is a bad one (30s)", duration) {
                $0[keyPath: place].check.timeout = $1
            },
            .value("health-retries", "N", "So many bad answers in a row make it unhealthy (3)", retries) {
                $0[keyPath: place].check.retries = $1
            },
            .value("health-start-period", "TIME", "Bad answers do not count before that (0s)", duration) {
                $0[keyPath: place].check.startPeriod = $1
            },
            .value("health-start-interval", "TIME", "Ask so often while it starts (5s)", duration) {
                $0[keyPath: place].check.startInterval = $1
            },
            .toggle("no-healthcheck", "Do not ask, whatever the image says") { $0[keyPath: place].check.isOff = $1 },
        ]
    }

    private static func duration(_ text: String) throws(SyntaxError) -> DurationValue {
        let value = try DurationValue(parsing: text)
        guard value.nanoseconds == 0 || value.nanoseconds >= 1_000_000 else {
            throw SyntaxError(text, "is too short", "write at least 1ms, or 0 for what is usual")
        }
        return value
    }

    private static func retries(_ text: String) throws(SyntaxError) -> Int {
        guard let count = Int32(text), count >= 0 else {
            throw SyntaxError(text, "is no number of answers", "write a whole number, as 3")
        }
        return Int(count)
    }
}
