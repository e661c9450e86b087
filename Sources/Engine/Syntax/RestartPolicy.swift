// SPDX-License-Identifier: Apache-2.0

/// When a container that has ended is started again: `--restart`.
public enum RestartPolicy: Hashable, Sendable {
    case no
    /// After an exit code that is not 0, as often as that; nil for as often as it takes.
    case onFailure(atMost: Int?)
    case always
    /// Like ``always``, but what was stopped stays so after a boot.
    case unlessStopped

    /// Reads `no`, `on-failure`, `on-failure:N`, `always` or `unless-stopped`.
    public init(parsing text: String) throws(SyntaxError) {
        switch text {
        case "no", "": self = .no
        case "always": self = .always
        case "unless-stopped": self = .unlessStopped
        case "on-failure": self = .onFailure(atMost: nil)
        default:
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "on-failure" else {
                throw SyntaxError(
                    text, "is no restart policy", "write no, on-failure, on-failure:N, always or unless-stopped")
            }
            guard let count = UInt64(digits: parts[1]), count <= UInt64(Int32.max) else {
                throw SyntaxError(text, "has no number of attempts", "write a number behind it, as in on-failure:5")
            }
            // 0 is no limit, as docker has it.
            self = .onFailure(atMost: count == 0 ? nil : Int(count))
        }
    }

    /// Whether it gives up after some number of starts.
    public var isBounded: Bool {
        switch self {
        case .no, .onFailure(atMost: .some): true
        case .onFailure(atMost: nil), .always, .unlessStopped: false
        }
    }

    /// Whether a container may be started after a boot.
    var outlivesBoot: Bool { self == .always || self == .unlessStopped }

    /// Whether one that was started before is to be started after a boot.
    func returns(wasStopped: Bool) -> Bool { self == .always || self == .unlessStopped && !wasStopped }

    /// Whether a container that ended by itself is started again, after that many times already.
    func restarts(after code: Int32, count: Int) -> Bool {
        switch self {
        case .no: false
        case .onFailure(let most): code != 0 && most.map { count < $0 } ?? true
        case .always, .unlessStopped: true
        }
    }
}

extension RestartPolicy: CustomStringConvertible {
    /// As it is written.
    public var description: String {
        switch self {
        case .no: "no"
        case .onFailure(nil): "on-failure"
        case .onFailure(let most?): "on-failure:\(most)"
        case .always: "always"
        case .unlessStopped: "unless-stopped"
        }
    }
}
