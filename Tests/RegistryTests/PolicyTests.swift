// SPDX-License-Identifier: Apache-2.0
import Registry
import Testing

@Suite struct RedirectTests {
    static func trail(_ address: String, isInsecure: Bool = false, isLocal: Bool = false) throws -> RedirectTrail {
        RedirectTrail(try WebAddress(address), isInsecure: isInsecure, isLocal: isLocal)
    }

    @Test func credentialsStayWhereTheyAreMeantFor() throws {
        var trail = try Self.trail("https://a.example/x")
        try trail.follow("/y")
        #expect(trail.hasCredentials)
        try trail.follow("https://b.example/z")
        #expect(!trail.hasCredentials)
        try trail.follow("https://a.example/x")
        #expect(!trail.hasCredentials, "they came back")
        for elsewhere in ["https://a.example:444/", "https://b.a.example/", "//c.example"] {
            var trail = try Self.trail("https://a.example/x")
            try trail.follow(elsewhere)
            #expect(!trail.hasCredentials, "\(elsewhere)")
        }
    }

    @Test(arguments: [
        "file:///etc/passwd", "ftp://a.example/", "http://a.example/x", "https://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/",
        "https://169.254.170.2/v2/credentials", "https://localhost/", "https://127.0.0.1:8080/", "https://[::1]/",
        "https://0.0.0.0/",
        "https://2852039166/", "https://[::ffff:169.254.169.254]/", "https://u:p@b.example/", "javascript:x",
    ])
    func whatIsNotFollowed(_ location: String) throws {
        var trail = try Self.trail("https://a.example/x")
        let error = #expect(throws: FetchFailure.self) { try trail.follow(location) }
        #expect(error?.code == .badAnswer)
    }

    @Test func thisMachineMaySendToItselfButNotToMetadata() throws {
        var trail = try Self.trail("http://localhost:5000/", isLocal: true)
        try trail.follow("http://127.0.0.1:9000/")
        #expect(throws: FetchFailure.self) { try trail.follow("http://169.254.169.254/") }
    }

    @Test func httpIsFollowedFromHttpAndWhereItIsAllowed() throws {
        var insecure = try Self.trail("https://a.example/", isInsecure: true)
        try insecure.follow("http://a.example:5000/")
        // Another host is not insecure for that.
        var other = try Self.trail("https://a.example/", isInsecure: true)
        #expect(throws: FetchFailure.self) { try other.follow("http://b.example/") }
        try other.follow("http://b.example/", InsecureServers(["b.example"]))
        var plain = try Self.trail("http://a.example/")
        try plain.follow("http://b.example/")
        try plain.follow("https://b.example/")
        #expect(throws: FetchFailure.self) { try plain.follow("http://b.example/") }
    }

    @Test func itEnds() throws {
        var trail = try Self.trail("https://a.example/")
        for count in 0..<RedirectTrail.longest { try trail.follow("/\(count)") }
        #expect(throws: FetchFailure.self) { try trail.follow("/again") }
        var lost = try Self.trail("https://a.example/")
        #expect(throws: FetchFailure.self) { try lost.follow(nil) }
    }
}

@Suite struct TrustTests {
    static func trust() -> Trust {
        var endpoint = RegistryEndpoint("https://r.example:5000")
        endpoint.isInsecure = true
        endpoint.certificate = "c"
        endpoint.key = "k"
        endpoint.authorities = "a"
        return Trust(endpoint)
    }

    @Test func onlyTheRegistryItselfIsInsecure() throws {
        let home = try WebAddress("https://r.example:5000/v2/")
        func elsewhere(_ address: String, _ listed: String...) throws -> Trust {
            Self.trust().elsewhere(try WebAddress(address), from: home, InsecureServers(listed))
        }
        #expect(try !elsewhere("https://auth.example/token").isInsecure)
        #expect(try !elsewhere("https://r.example.evil.example/token").isInsecure)
        #expect(try elsewhere("https://r.example:5001/token").isInsecure)
        #expect(try elsewhere("https://auth.example/token", "auth.example:443").isInsecure)
        #expect(try !elsewhere("https://auth.example:8443/token", "auth.example:443").isInsecure)
        #expect(try elsewhere("https://10.1.2.3/token", "10.0.0.0/8").isInsecure)
        #expect(try elsewhere("https://[fd00::1]:5/token", "[fd00::1]:5").isInsecure)
        #expect(try !elsewhere("https://11.1.2.3/token", "10.0.0.0/8", "10.0.0.0/x", "/").isInsecure)
        // As for docker.
        #expect(try elsewhere("https://127.0.0.1:5001/token").isInsecure)
        let other = try elsewhere("https://r.example:5001/token")
        #expect(other.certificate == nil && other.key == nil && other.authorities == "a")
    }

    @Test func aPlaceIsWhereItsConnectionsLead() {
        var places = SeenPlaces()
        #expect(!places.isLocal("http://localhost:5000"), "a name says nothing")
        places.take("http://a:80", IPAddress("127.0.0.1"))
        #expect(places.isLocal("http://a:80") && !places.isLocal("http://b:80"))
        // The name means another machine now, which may not send us to this one.
        places.take("http://a:80", IPAddress("192.0.2.1"))
        #expect(!places.isLocal("http://a:80"))
        places.take("http://a:80", IPAddress("127.0.0.1"))
        #expect(!places.isLocal("http://a:80"))
        places.take("http://c:80", nil)
        #expect(!places.isLocal("http://c:80"))
    }
}

@Suite struct RetryTests {
    static func setback(mayPass: Bool = true, after: Double? = nil) -> Setback {
        Setback(FetchFailure(.unreachable, ""), mayPass: mayPass, after: after)
    }

    @Test func pausesDoubleAndEnd() {
        let policy = RetryPolicy(retries: 8, firstPause: 0.5)
        let pauses = (1...9).map { policy.pause(after: Self.setback(), attempt: $0, chance: 1) }
        #expect(pauses == [0.5, 1, 2, 4, 8, 16, 30, 30, nil])
        #expect(policy.pause(after: Self.setback(), attempt: 1, chance: 0) == 0.25)
        #expect(policy.pause(after: Self.setback(mayPass: false), attempt: 1, chance: 0) == nil)
    }

    @Test func aServerIsObeyedWithinReason() {
        let policy = RetryPolicy(retries: 3, firstPause: 0.5)
        #expect(policy.pause(after: Self.setback(after: 60), attempt: 1, chance: 1) == 60)
        #expect(policy.pause(after: Self.setback(after: 0), attempt: 2, chance: 1) == 1)
        #expect(policy.pause(after: Self.setback(after: 86400), attempt: 1, chance: 1) == nil)
        #expect(RetryPolicy.seconds("12") == 12)
        for odd in ["-1", "Fri, 31 Dec 1999 23:59:59 GMT", "", "1e9"] {
            #expect(RetryPolicy.seconds(odd) == nil, "\(odd)")
        }
    }

    @Test func whatTricklesIsFound() {
        var watch = RateWatch(slowest: 100, span: 10, now: 0)
        let taken = [watch.take(1000, now: 5), watch.take(1, now: 10), watch.take(1, now: 15), watch.take(1, now: 21)]
        #expect(taken == [true, true, true, false])
        var patient = RateWatch(slowest: 0, span: 1, now: 0)
        let isPatient = patient.take(1, now: 1000)
        #expect(isPatient)
    }
}
