// SPDX-License-Identifier: Apache-2.0
@testable import minibox_runtime

/// Words, with a NUL between them as in `/proc/PID/cmdline`: read, and nothing done.
func fuzzRuntimeArguments(_ bytes: [UInt8]) {
    let words = bytes.split(separator: 0, omittingEmptySubsequences: false).map { String(decoding: $0, as: UTF8.self) }
    let first = outcome(of: words)
    expect(first == outcome(of: words), "the same words mean something else the second time: \(words)")
    expect(!first.isEmpty, "nothing is asked for, and nothing is said: \(words)")
}

/// What a command line asks for, as text.
private func outcome(of words: [String]) -> String {
    var globals = GlobalOptions()
    do throws(UsageError) {
        switch try MiniboxRuntime.read(words[...], globals: &globals) {
        case .show(let text): return text
        case .perform(_, let verb, _):
            expect(words.contains(verb), "the command \(verb) was not asked for: \(words)")
            return verb
        }
    } catch {
        return error.message
    }
}
