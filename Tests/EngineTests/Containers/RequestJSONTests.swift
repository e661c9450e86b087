// SPDX-License-Identifier: Apache-2.0
import Engine
import Linux
import OCI
import Testing

@Suite struct RequestJSONTests {
    /// What a request is made of: its fields, and those of the limits in it.
    private func fields(of request: ContainerRequest) -> [String: AnyHashable?] {
        var fields: [String: AnyHashable?] = [:]
        for child in Mirror(reflecting: request).children { fields[child.label ?? ""] = child.value as? AnyHashable }
        for child in Mirror(reflecting: request.limits).children {
            fields["limits.\(child.label ?? "")"] = child.value as? AnyHashable
        }
        return fields
    }

    private func read(_ json: JSON) throws -> ContainerRequest {
        try ContainerRequest(try JSON(parsing: json.bytes()))
    }

    @Test func keepsEveryField() throws {
        let full = try ContainerRequest.full()
        let (written, plain, back) = (fields(of: full), fields(of: ContainerRequest()), fields(of: try read(full.json)))
        #expect(!written.isEmpty)
        for (name, value) in written {
            #expect(value != nil, "\(name) cannot be compared")
            if name != "isResolved" { #expect(value != plain[name], "give \(name) a value in FullRequest.swift") }
            #expect(back[name] == value, "\(name) has no line in ContainerRequest+JSON.swift")
        }
        #expect(try read(full.json) == full)
    }

    @Test func keepsWhatWasNotAsked() throws {
        var plain = ContainerRequest()
        plain.image = "busybox"
        #expect(try read(plain.json) == plain)
    }

    @Test(arguments: [
        ("[]", "the document: expected an object, not a list"),
        ("{}", "Image: expected a text, not null"),
        ("{\"Image\": 1}", "Image: expected a text, not a number"),
        ("{\"Image\": \"a\", \"Tty\": \"yes\"}", "Tty: expected true or false, not a text"),
        ("{\"Image\": \"a\", \"Cmd\": [\"b\", 2]}", "Cmd[1]: expected a text, not a number"),
        (
            "{\"Image\": \"a\", \"Memory\": \"much\"}",
            "Memory: 'much' is not a size: write a number with b, k, m, g, t or p behind it, as in 512m"
        ),
        (
            "{\"Image\": \"a\", \"Rocket\": true}",
            "Rocket: this version does not know it: use the one that made the container, or a newer one"
        ),
        ("{\"Image\": \"a\", \"Mounts\": [{\"Source\": \"/a\"}]}", "Mounts[0].Target: expected a text, not null"),
        (
            "{\"Image\": \"a\", \"Tmpfs\": [{\"Target\": \"/a\", \"Options\": \"size\"}]}",
            "Tmpfs[0].Options: 'size' has the unknown option 'size': did you mean size?"
        ),
    ]) func refusesWhatIsDamaged(text: String, message: String) throws {
        let json = try JSON(parsing: Array(text.utf8))
        do throws(RequestFormatError) {
            _ = try ContainerRequest(json)
            Issue.record("was taken")
        } catch { #expect("\(error)" == message) }
    }
}

@Suite struct ResolvedRequestTests {
    private let outside = ["HOME": "/root", "LANG": "C"]

    @Test func needsNothingOfWhereItWasMade() throws {
        let scratch = Scratch()
        let place = try Descriptor.open(scratch.path, [.directory])
        try place.open("one.env", [.writeOnly, .create], mode: 0o600).write("LANG\nMISSING\nA=file\n")
        try place.open("profile.json", [.writeOnly, .create], mode: 0o600).write("{\"a\": 1}")
        var request = ContainerRequest()
        request.image = "busybox"
        request.cidFile = "cid"
        request.environmentFiles = ["one.env"]
        request.environment = [
            try EnvironmentArgument(parsing: "HOME"), try EnvironmentArgument(parsing: "GONE"),
            try EnvironmentArgument(parsing: "A=line"),
        ]
        request.binds = try ["./data:/a", "/srv:/b"].compactMap { try VolumeArgument(parsing: $0).bind }
        request.securityOptions = [try SecurityOption(parsing: "seccomp=profile.json")]

        let resolved = try request.resolved(directory: scratch.path) { outside[$0] }
        #expect(resolved.isResolved)
        #expect(resolved.cidFile == scratch.path + "/cid")
        #expect(resolved.environmentFiles == [])
        // What is not set outside is without an effect in a file; the command line takes it away, so its name stays.
        #expect(resolved.environment.map(\.description) == ["LANG=C", "A=file", "HOME=/root", "GONE", "A=line"])
        #expect(resolved.binds.map(\.source.description) == [scratch.path + "/./data", "/srv"])
        #expect(resolved.securityOptions == [.seccomp(.profile("{\"a\": 1}", name: "profile.json"))])
        #expect(try resolved.resolved(directory: "/elsewhere") { _ in "x" } == resolved)
        #expect(try ContainerRequest(resolved.json) == resolved)
    }

    @Test func namesTheFileThatIsNotThere() throws {
        var request = ContainerRequest()
        request.environmentFiles = ["no.env"]
        #expect(throws: EngineError.self) { try request.resolved(directory: "/nosuch") { _ in nil } }
        request.environmentFiles = []
        request.securityOptions = [try SecurityOption(parsing: "seccomp=no.json")]
        #expect(throws: EngineError.self) { try request.resolved(directory: "/nosuch") { _ in nil } }
    }
}

@Suite struct WrittenDurationTests {
    @Test(arguments: [
        "0s", "1ns", "1.5µs", "300ms", "1s", "1.25s", "59.999999999s", "1m0s", "1m30s", "1h0m0.5s", "-2m3s",
        "2562047h47m16.854775807s",
    ]) func readsBackWhatItWrites(text: String) throws {
        #expect(try DurationValue(parsing: text).description == text)
    }
}
