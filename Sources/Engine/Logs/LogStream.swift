// SPDX-License-Identifier: Apache-2.0

/// Which of a program's streams a line came from. A terminal has one, which counts as standard output.
public enum LogStream: String, Hashable, Sendable, CaseIterable {
    case output = "stdout"
    case error = "stderr"
}
