// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@Suite struct Base64Tests {
    /// RFC 4648, section 10.
    @Test(
        arguments: [
            ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="), ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"), ("\u{3FF}\u{3FF}", "z7/Pvw=="), ("\u{ff}", "w78="),
        ])
    func bytesAreLettersAndBack(_ text: String, _ letters: String) {
        #expect(Base64.text(Array(text.utf8)) == letters)
        #expect(Base64.bytes(letters) == Array(text.utf8))
    }

    @Test func paddingMayBeLeftOut() { #expect(Base64.bytes("Zm9vYg") == Array("foob".utf8)) }

    @Test(arguments: ["Z", "Zm9v!", "Zm9v====", "Z=m9"])
    func whatStandsForNothing(_ bad: String) { #expect(Base64.bytes(bad) == nil) }
}
