// SPDX-License-Identifier: Apache-2.0
import Registry
import Testing

@Suite struct WebAddressTests {
    @Test(arguments: [
        ("https://Registry-1.Docker.io", "https://registry-1.docker.io/"),
        ("http://localhost:5000/v2/?a=b#c", "http://localhost:5000/v2/?a=b"),
        ("https://a.example:443/x%20y", "https://a.example/x%20y"), ("http://[::1]:80", "http://[::1]/"),
        ("HTTPS://10.0.0.1?q", "https://10.0.0.1/?q"),
    ])
    func anAddressIsRead(_ text: String, _ again: String) throws {
        #expect("\(try WebAddress(text))" == again)
        #expect(try WebAddress(again) == WebAddress(text))
    }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://a.example", "https:a.example", "//a.example", "a.example", "", "https://",
        "https://user@a.example", "https://u:p@a.example/", "http://a.example:0", "http://a.example:65536",
        "http://a.example:+80", "http://a b", "http://a.example/\r\nX: y", "http://a\\b", "http://127.1",
        "http://0x7f000001",
        "http://2130706433", "http://0177.0.0.1", "http://[::1", "http://[fe80::1%25eth0]", "http://[1.2.3.4]",
        "http://ä.example", "http://a..example", "gopher://x", "http://256.0.0.1",
    ])
    func whatIsNoneIsRefused(_ text: String) { #expect(throws: WebAddressError.self) { try WebAddress(text) } }

    @Test func aPasswordInAnAddressIsNotSaid() {
        let error = #expect(throws: WebAddressError.self) { try WebAddress("https://u:geheim@a.example/") }
        #expect(error?.description.contains("geheim") == false)
    }

    @Test(arguments: [
        ("/x/y", "https://a.example:444/x/y"), ("z", "https://a.example:444/b/z"),
        ("?n=1", "https://a.example:444/b/c?n=1"),
        ("../../../x", "https://a.example:444/x"), ("//b.example/q", "https://b.example/q"),
        ("./", "https://a.example:444/b/"),
        ("http://c.example", "http://c.example/"), ("", "https://a.example:444/b/c?k=v"),
        ("..", "https://a.example:444/"),
        ("x:y", nil), ("file:/etc", nil), ("data:x", nil),
    ])
    func aReferenceIsResolved(_ reference: String, _ expected: String?) throws {
        let base = try WebAddress("https://a.example:444/b/c?k=v")
        #expect((try? base.resolving(reference)).map { "\($0)" } == expected)
    }

    @Test func namesAndValuesAreAdded() throws {
        let address = try WebAddress("https://a.example/x?_state=1")
        #expect(
            "\(address.adding([("digest", "sha256:ab"), ("from", "a/b c")]))"
                == "https://a.example/x?_state=1&digest=sha256%3Aab&from=a%2Fb%20c")
        #expect(address.adding([]) == address)
    }
}

@Suite struct IPAddressTests {
    @Test(arguments: [
        ("127.0.0.1", IPAddress.Reach.loopback), ("127.255.0.1", .loopback), ("0.0.0.0", .loopback), ("::1", .loopback),
        ("::", .loopback), ("::ffff:127.0.0.1", .loopback), ("64:ff9b::7f00:1", .loopback),
        ("169.254.169.254", .metadata),
        ("169.254.170.2", .metadata), ("fe80::1", .metadata), ("febf::1", .metadata),
        ("::ffff:169.254.169.254", .metadata),
        ("fd00:ec2::254", .metadata), ("100.100.100.200", .metadata), ("10.0.0.1", .other), ("192.168.1.1", .other),
        ("8.8.8.8", .other), ("2001:db8::1", .other), ("fec0::1", .other), ("1:2:3:4:5:6:7:8", .other),
    ])
    func itsPlaceIsKnown(_ text: String, _ reach: IPAddress.Reach) throws {
        #expect(try #require(IPAddress(text)).reach == reach)
    }

    @Test(arguments: [
        "", "1", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.+4", ":", ":1", "1:", ":::", "1::2::3",
        "1:2:3:4:5:6:7",
        "1:2:3:4:5:6:7:8:9", "12345::", "g::", "::1.2.3", "1:2:3:4:5:6:7::8:", "fe80::1%eth0", "::+1",
    ])
    func whatIsNoneIsNone(_ text: String) { #expect(IPAddress(text) == nil) }

    @Test func aNetworkHasItsAddresses() throws {
        let network = try #require(IPAddress("10.128.0.0"))
        #expect(try #require(IPAddress("10.191.1.1")).isIn(network, length: 10))
        #expect(try !#require(IPAddress("10.192.0.0")).isIn(network, length: 10))
        #expect(try !#require(IPAddress("::1")).isIn(network, length: 0))
    }
}

@Suite struct ProxyRuleTests {
    static func proxy(_ address: String, except: String = "") throws -> String? {
        var choice = ProxyChoice()
        choice.http = "http://plain:3128"
        choice.https = "http://me:p%40ss@secure"
        choice.except = except
        return try choice.proxy(for: WebAddress(address)).map {
            "\($0.user ?? "")|\($0.password ?? "")|\($0.host):\($0.port)"
        }
    }

    @Test func eachSchemeHasItsOwn() throws {
        #expect(try Self.proxy("http://a.example/") == "||plain:3128")
        #expect(try Self.proxy("https://a.example/") == "me|p@ss|secure:80")
        #expect(try Self.proxy("http://localhost:5000/") == nil)
        #expect(try Self.proxy("http://127.0.0.2/") == nil)
        #expect(try Self.proxy("http://[::1]/") == nil)
        #expect(try ProxyChoice().proxy(for: WebAddress("http://a.example")) == nil)
    }

    @Test(arguments: [
        ("*", "a.example", true), ("example", "a.example", true), ("a.example", "a.example", true),
        ("b.example", "a.example", false),
        (".example", "a.example", true), (".a.example", "a.example", false), ("*.example", "a.example", true),
        ("xample", "a.example", false), ("a.example:80", "a.example", true), ("a.example:81", "a.example", false),
        ("x, a.example", "a.example", true), ("10.0.0.0/8", "10.1.2.3", true), ("10.0.0.0/8", "11.1.2.3", false),
        ("10.1.2.3", "10.1.2.3", true), ("10.1.2.3:81", "10.1.2.3", false), ("10.0.0.0/x", "10.1.2.3", false),
        ("", "a.example", false),
        ("2001:db8::/32", "[2001:db8::5]", true), ("A.Example", "a.example", true),
    ])
    func exceptionsAreThoseOfGo(_ except: String, _ host: String, _ isExcepted: Bool) throws {
        #expect((try Self.proxy("http://\(host)/", except: except) == nil) == isExcepted)
    }

    @Test func theKindOfAProxyIsKnown() throws {
        #expect(try ProxyAddress("proxy:1").kind == .http)
        #expect(try ProxyAddress("socks5://proxy").port == 1080)
        #expect(throws: WebAddressError.self) { try ProxyAddress("https://proxy") }
        #expect(throws: WebAddressError.self) { try ProxyAddress("http://pro xy") }
    }

    @Test func dockersDefaultsAreKnown() {
        #expect(RegistryAccess(of: "docker.io").endpoints.map(\.address) == ["https://registry-1.docker.io"])
        #expect(RegistryAccess(of: "localhost:5000").endpoints.map(\.isInsecure) == [true])
        #expect(RegistryAccess(of: "127.0.0.9").endpoints.map(\.isInsecure) == [true])
        #expect(RegistryAccess(of: "a.example").endpoints.map(\.isInsecure) == [false])
    }
}
