// SPDX-License-Identifier: Apache-2.0

/// When a container is taken to be ready.
public struct Readiness: Hashable, Sendable {
    enum Kind: Hashable, Sendable {
        case started, healthy
        case logLine(String, count: Int)
        case command([String])
        case exited(Int32)
    }

    let kind: Kind

    /// Its program runs.
    public static let started = Readiness(kind: .started)
    /// Its health check, or its image's, has passed.
    public static let healthy = Readiness(kind: .healthy)
    /// It has written a line that contains `text`, `count` times.
    public static func logLine(_ text: String, count: Int = 1) -> Readiness {
        Readiness(kind: .logLine(text, count: count))
    }
    /// A command in the container ends with 0.
    public static func command(_ words: String...) -> Readiness { Readiness(kind: .command(words)) }
    /// It has ended with this code: a container that prepares something for others.
    public static func exited(_ code: Int32 = 0) -> Readiness { Readiness(kind: .exited(code)) }
}
