// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a command line.
struct UsageError: Error, Hashable, Sendable {
    let message: String
    /// What was probably meant, or where to read on.
    let hint: String?

    init(_ message: String, hint: String? = nil) {
        self.message = message
        self.hint = hint
    }
}
