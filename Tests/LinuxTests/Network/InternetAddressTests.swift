// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Linux

struct InternetAddressTests {
    @Test(arguments: [
        "0.0.0.0", "192.0.2.1", "255.255.255.255", "::", "::1", "fe80::1", "2001:db8::1:0:0:1", "1:2:3:4:5:6:7:8",
        "2001:db8:0:1:1:1:1:1", "1::8", "ff02::1:ff00:1234",
    ]) func itIsWrittenAsItWasRead(_ text: String) throws {
        let address = try #require(InternetAddress(text))
        #expect(address.description == text)
        #expect(InternetAddress(bytes: address.bytes) == address)
    }

    @Test(arguments: [
        ("2001:DB8::A", "2001:db8::a"), ("0:0:0:0:0:0:0:0", "::"), ("1:0:0:2:0:0:0:3", "1:0:0:2::3"),
        ("::ffff:192.0.2.1", "::ffff:c000:201"), ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
    ]) func oneAddressHasOneForm(_ text: String, _ form: String) {
        #expect(InternetAddress(text)?.description == form)
    }

    @Test(arguments: [
        "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.4 ", "+1.2.3.4", ":", ":::", "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "12345::", "1:2:3:4:5:6:7:", ":1:2:3:4:5:6:7", "fe80::1%eth0", "1::1.2.3", "g::",
        "::1.2.3.4:5",
        "1:2:3:4:5:6:7:8::",
    ]) func whatIsNoneIsNotRead(_ text: String) {
        #expect(InternetAddress(text) == nil)
    }

    @Test func itKnowsWhatItIsFor() throws {
        #expect(try #require(InternetAddress("127.1.2.3")).isLoopback && #require(InternetAddress("::1")).isLoopback)
        #expect(
            try #require(InternetAddress("169.254.169.254")).isLinkLocal
                && #require(InternetAddress("fe80::9")).isLinkLocal)
        #expect(try !#require(InternetAddress("fec0::1")).isLinkLocal)
        #expect(
            try #require(InternetAddress("239.0.0.1")).isMulticast && #require(InternetAddress("ff02::1")).isMulticast)
        #expect(try #require(InternetAddress("0.0.0.0")).isAny && !#require(InternetAddress("0.0.0.1")).isAny)
    }

    @Test func aPrefixHasANetwork() throws {
        let prefix = try #require(AddressPrefix("172.17.5.9/16"))
        #expect(prefix.network.description == "172.17.0.0/16")
        #expect(prefix.last.description == "172.17.255.255")
        #expect(prefix.address(at: 258)?.description == "172.17.1.2" && prefix.address(at: 65536) == nil)
        #expect(try prefix.contains(#require(InternetAddress("172.17.255.1"))))
        #expect(try !prefix.contains(#require(InternetAddress("172.18.0.1"))))
        #expect(try !prefix.contains(#require(InternetAddress("::172.17.0.1"))))
        #expect(try prefix.overlaps(#require(AddressPrefix("172.16.0.0/12"))))
        #expect(try !prefix.overlaps(#require(AddressPrefix("172.18.0.0/16"))))
        #expect(try #require(AddressPrefix("fd00::/64")).last.description == "fd00::ffff:ffff:ffff:ffff")
        #expect(AddressPrefix("::/0")?.last.value == .max)
    }

    @Test(arguments: ["1.2.3.4", "1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "::/129", "/8", "1.2.3.4/8/8", "1.2.3.4/0x8"])
    func whatIsNoPrefixIsNotRead(_ text: String) {
        #expect(AddressPrefix(text) == nil)
    }

    @Test func aHardwareAddressIsMadeOfOneOfTheInternet() throws {
        let address = HardwareAddress(of: try #require(InternetAddress("172.17.0.2")))
        #expect(address.description == "02:42:ac:11:00:02" && address.isUnicast)
        #expect(HardwareAddress("02:42:ac:11:00:02") == address)
        #expect(address.linkLocal.description == "fe80::42:acff:fe11:2")
        for text in ["", "02:42:ac:11:00", "02:42:ac:11:00:2", "02:42:ac:11:00:zz", "02:42:ac:11:00:02:03"] {
            #expect(HardwareAddress(text) == nil)
        }
        #expect(try !#require(HardwareAddress("01:00:5e:00:00:01")).isUnicast)
    }
}
