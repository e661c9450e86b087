// SPDX-License-Identifier: Apache-2.0
import Engine

/// The message that `read` refuses `text` with, or nil where it does not.
func refusal<Value>(_ text: String, _ read: (String) throws(SyntaxError) -> Value) -> String? {
    do {
        _ = try read(text)
        return nil
    } catch { return "\(error)" }
}
