// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Builds

@Suite struct FetchProgramTests {
    @Test(arguments: [
        ("http://host/a/b.txt", "b.txt"), ("https://host/a/b.txt?x=/y#z", "b.txt"), ("http://host", "__unnamed__"),
        ("http://host/", "__unnamed__"), ("http://host/a/", "a"), ("http://host/..", "__unnamed__"),
        ("http://host/a/\u{301}b", "\u{301}b"), ("http://host/a\u{600}/..", "__unnamed__"),
        ("http://host/a?\u{301}/b", "a"),
        ("http://host/x/a%20b%2", "a b%2"), ("http://host/a%2Fb", "b"), ("http://host/a%00", "__unnamed__"),
        ("http://host/%2e%2E", "__unnamed__"),
    ])
    func `a fetched file is called as the last part of the path`(_ address: String, _ name: String) {
        #expect(FetchProgram.name(of: address).description == name)
    }

    @Test func `what only people write in an address is encoded`() {
        #expect(FetchProgram.encoded("http://host/a b\\é?x#%41") == "http://host/a%20b%5C%C3%A9?x#%41")
    }

    @Test func `a time of HTTP is read`() {
        #expect(HTTPDate("Sun, 06 Nov 1994 08:49:37 GMT")?.time.seconds == 784_111_777)
        #expect(HTTPDate("Thu, 01 Jan 1970 00:00:00 GMT")?.time.seconds == 0)
        #expect(HTTPDate("Thu, 29 Feb 2024 23:59:59 GMT")?.time.seconds == 1_709_251_199)
    }

    @Test(arguments: ["", "Sun, 06 Nov 1994 08:49:37", "06 Nov 1994", "Sun, 06 Foo 1994 08:49:37 GMT", "a b c d e GMT"])
    func `anything else is no time of HTTP`(_ text: String) { #expect(HTTPDate(text) == nil) }
}
