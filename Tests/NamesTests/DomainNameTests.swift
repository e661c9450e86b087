// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

@testable import Names

@Suite struct DomainNameTests {
    @Test func namesAreReadAndWritten() {
        #expect(DomainName("Web.Lab")?.bytes == [3, 0x57, 0x65, 0x62, 3, 0x4c, 0x61, 0x62, 0])
        #expect(DomainName("web.lab.")?.description == "web.lab")
        #expect(DomainName("")?.bytes == [0] && DomainName(".") == .root)
        #expect(DomainName("WEB") == DomainName("web") && DomainName("web") != DomainName("wib"))
        #expect(Set([DomainName("A.b"), DomainName("a.B")]).count == 1)
    }

    @Test(arguments: [
        "a..b", ".a", "..", String(repeating: "a", count: 64),
        (0..<5).map { _ in String(repeating: "a", count: 63) }.joined(separator: "."),
    ]) func whatIsNoNameIsNone(_ text: String) { #expect(DomainName(text) == nil) }

    @Test func theLongestNameIsOne() {
        let text = (0..<3).map { _ in String(repeating: "a", count: 63) }.joined(separator: ".") + "."
        #expect(DomainName(text + String(repeating: "b", count: 61))?.bytes.count == 255)
        #expect(DomainName(text + String(repeating: "b", count: 62)) == nil)
    }

    @Test func whatCannotBeReadIsWrittenInNumbers() {
        #expect(DomainName(checked: [3, 0x61, 0x2e, 0xff, 0]).description == "a\\046\\255")
    }

    @Test(arguments: ["10.9.0.2", "0.0.0.0", "255.254.1.0", "fd00::7", "2001:db8::ff00:42:8329"])
    func addressesAreReversed(_ text: String) throws {
        let address = try #require(InternetAddress(text))
        let name = DomainName(reversing: address)
        #expect(name.reversedAddress == address)
        #expect(DomainName(name.description.uppercased())?.reversedAddress == address)
    }

    @Test(arguments: [
        "2.0.9.10.in-addr.arpb", "02.0.9.10.in-addr.arpa", "0.9.10.in-addr.arpa", "256.0.9.10.in-addr.arpa",
        "x.0.9.10.in-addr.arpa", "1.2.3.4.ip6.arpa", "web",
    ]) func whatIsNoReversedAddressIsNone(_ text: String) { #expect(DomainName(text)?.reversedAddress == nil) }
}
