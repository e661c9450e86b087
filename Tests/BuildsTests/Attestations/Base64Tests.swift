// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Builds

@Suite struct Base64Tests {
    /// RFC 4648, section 10.
    @Test(
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"), ("\u{3FF}\u{3FF}", "z7/Pvw=="),
        ])
    func `bytes are letters`(_ text: String, _ letters: String) {
        #expect(Base64.text(Array(text.utf8)) == letters)
    }
}
