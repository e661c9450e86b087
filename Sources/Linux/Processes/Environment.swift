// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// The environment that this process was given: environ(7).
public enum Environment {
    /// The value of a variable, or nil where it is not set.
    public static func value(of name: String) -> String? {
        guard let value = unsafe getenv(name) else { return nil }
        return unsafe String(cString: value)
    }
}
