// SPDX-License-Identifier: Apache-2.0
import OCI
import Registry
import Testing

@Suite struct DockerConfigurationTests {
    private func file(_ text: String) throws -> DockerConfiguration {
        try DockerConfiguration(parsing: Array(text.utf8))
    }

    @Test func aPasswordIsFound() throws {
        let file = try file(#"{"auths":{"registry.example:5000":{"auth":"bWU6cGE6c3M="}}}"#)
        #expect(file.credential(for: "registry.example:5000") == .password(user: "me", password: "pa:ss"))
        #expect(file.credential(for: "registry.example") == nil)
    }

    @Test(arguments: ["https://index.docker.io/v1/", "index.docker.io", "docker.io", "registry-1.docker.io"])
    func dockersOwnHasManyNames(_ key: String) throws {
        let file = try file(#"{"auths":{"\#(key)":{"auth":"bWU6cA=="}}}"#)
        #expect(file.credential(for: "docker.io") == .password(user: "me", password: "p"))
        #expect(file.has("docker.io"))
    }

    @Test func anAddressIsTheHost() throws {
        let file = try file(#"{"auths":{"https://a.example/v2/":{"auth":"bWU6cA=="}}}"#)
        #expect(file.credential(for: "a.example") == .password(user: "me", password: "p"))
    }

    @Test func tokensComeBeforePasswords() throws {
        let file = try file(
            #"{"auths":{"a":{"auth":"bWU6cA==","identitytoken":"T"},"b.c":{"registrytoken":"R"},"#
                + #""d.e":{"username":"u","password":"p"}}}"#)
        #expect(file.credential(for: "a") == .identityToken("T"))
        #expect(file.credential(for: "b.c") == .registryToken("R"))
        #expect(file.credential(for: "d.e") == .password(user: "u", password: "p"))
    }

    @Test func podmansKeysMayBeOfAPart() throws {
        let file = try file(
            #"{"auths":{"q.io/team/app":{"auth":"YTph"},"q.io/team":{"auth":"Yjpi"},"q.io":{"auth":"Yzpj"}}}"#)
        #expect(file.credential(for: "q.io", repository: "team/app") == .password(user: "a", password: "a"))
        #expect(file.credential(for: "q.io", repository: "team/other/x") == .password(user: "b", password: "b"))
        #expect(file.credential(for: "q.io", repository: "else") == .password(user: "c", password: "c"))
        #expect(file.credential(for: "q.io") == .password(user: "c", password: "c"))
    }

    @Test func helpersAreFound() throws {
        let file = try file(#"{"credsStore":"secretservice","credHelpers":{"a.example":"ecr-login","b":""}}"#)
        #expect(file.helper(for: "a.example") == "ecr-login")
        #expect(file.helper(for: "docker.io") == "secretservice")
        #expect(try self.file("{}").helper(for: "a") == nil)
    }

    @Test func whatIsNotKnownStays() throws {
        var file = try file(
            #"{"HttpHeaders":{"a":"b"},"auths":{"https://c.d":{"auth":"eDp5"},"e.f":{"auth":"eDp5"}},"psFormat":"x"}"#)
        file.set(.password(user: "me", password: "p"), for: "c.d")
        #expect(
            file.json
                == [
                    "HttpHeaders": ["a": "b"], "auths": ["e.f": ["auth": "eDp5"], "c.d": ["auth": "bWU6cA=="]],
                    "psFormat": "x",
                ])
        file.remove("e.f")
        #expect(!file.has("e.f") && file.has("c.d"))
        file.set(.identityToken("T"), for: "docker.io")
        #expect(file.json["auths"]?["https://index.docker.io/v1/"]?["identitytoken"] == "T")
    }

    @Test func anEmptyFileSaysNothing() throws {
        #expect(try file("\n").credential(for: "a") == nil)
        #expect(throws: RegistryFileError.self) { try file("[]") }
        #expect(throws: RegistryFileError.self) { try file("{") }
    }
}

@Suite struct RegistrySettingsTests {
    private func file(_ text: String) throws -> RegistrySettings { try RegistrySettings(parsing: Array(text.utf8)) }

    @Test func allIsRead() throws {
        let settings = try file(
            #"{"registries":{"docker.io":{"mirrors":["https://m.example/"]},"a:5000":{"insecure":true,"ca":"/ca.pem"}},"#
                + #""insecure":["10.0.0.0/8"],"concurrency":3,"retries":0}"#)
        #expect(settings.registries["docker.io"]?.mirrors == ["https://m.example"])
        #expect(settings.registries["a:5000"]?.isInsecure == true)
        #expect(settings.registries["a:5000"]?.authorities == "/ca.pem")
        #expect(settings.insecure == ["10.0.0.0/8"] && settings.concurrency == 3 && settings.retries == 0)
    }

    @Test(arguments: [
        "[]", #"{"registry":{}}"#, #"{"registries":{"a":{"mirror":[]}}}"#,
        #"{"registries":{"a":{"mirrors":["m.example"]}}}"#, #"{"concurrency":0}"#, #"{"retries":"many"}"#,
        #"{"registries":{"a":{"insecure":"yes"}}}"#, #"{"insecure":"all"}"#,
    ]) func whatMakesNoSenseIsAnError(_ text: String) {
        #expect(throws: RegistryFileError.self) { try file(text) }
    }
}

@Suite struct PlatformChoiceTests {
    private func index(_ platforms: String?...) throws -> [ContentDescriptor] {
        try platforms.enumerated().map { number, name in
            let hex = String(repeating: "0", count: 63) + "\(number)"
            return ContentDescriptor(
                mediaType: .manifest, digest: try Digest("sha256:\(hex)"), size: 1,
                platform: name.map { text in
                    let parts = text.split(separator: "/").map(String.init)
                    return Platform(os: parts[0], architecture: parts[1], variant: parts.count > 2 ? parts[2] : nil)
                })
        }
    }

    private func choice(_ wanted: Platform, _ isAsked: Bool = false, _ among: String?...) throws -> Int? {
        let manifests = try among.map { try index($0)[0] }
        guard let found = PlatformChoice.choose(among: manifests, for: wanted, isAsked: isAsked) else { return nil }
        return manifests.firstIndex { $0.platform == found.platform }
    }

    private let amd64 = Platform(os: "linux", architecture: "amd64")

    @Test func theOwnKindComesFirst() throws {
        #expect(try choice(amd64, false, "linux/386", "linux/amd64", "linux/arm64") == 1)
        #expect(try choice(amd64, false, "linux/arm64/v8", "linux/386") == 1)
        #expect(try choice(amd64, true, "linux/arm64/v8", "linux/386") == nil)
        #expect(try choice(amd64, false, "windows/amd64", "unknown/unknown") == nil)
        #expect(try choice(amd64, false, "linux/s390x", nil) == 1)
    }

    @Test func olderVariantsRunToo() throws {
        let v7 = Platform(os: "linux", architecture: "arm", variant: "v7")
        #expect(try choice(v7, true, "linux/arm/v5", "linux/arm/v6", "linux/arm64") == 1)
        #expect(try choice(v7, true, "linux/arm/v8") == nil)
        let arm64 = Platform(os: "linux", architecture: "arm64", variant: "v8")
        #expect(try choice(arm64, true, "linux/arm/v7", "linux/arm64") == 1)
        #expect(try choice(arm64, true, "linux/arm/v7", "linux/arm64/v8") == 1)
        #expect(try choice(arm64, false, "linux/arm/v6", "linux/arm/v7") == 1)
        #expect(try choice(arm64, true, "linux/arm/v7") == nil)
    }
}
