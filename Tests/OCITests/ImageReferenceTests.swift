// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@Suite struct ImageReferenceTests {
    static let digest = "sha256:" + String(repeating: "ab", count: 32)

    @Test(arguments: [
        ("debian", "docker.io/library/debian:latest", "debian:latest"),
        ("debian:12", "docker.io/library/debian:12", "debian:12"),
        ("docker.io/debian", "docker.io/library/debian:latest", "debian:latest"),
        ("index.docker.io/library/debian", "docker.io/library/debian:latest", "debian:latest"),
        ("user/app:V1.2_x", "docker.io/user/app:V1.2_x", "user/app:V1.2_x"),
        ("docker.io/a.b/c", "docker.io/a.b/c:latest", "docker.io/a.b/c:latest"),
        ("library/a/b", "docker.io/library/a/b:latest", "library/a/b:latest"),
        ("localhost/app", "localhost/app:latest", "localhost/app:latest"),
        ("localhost:5000/a/b:1", "localhost:5000/a/b:1", "localhost:5000/a/b:1"),
        ("REG.example/a", "REG.example/a:latest", "REG.example/a:latest"),
        ("a__b/c--d.e", "docker.io/a__b/c--d.e:latest", "a__b/c--d.e:latest"),
        ("debian@\(digest)", "docker.io/library/debian@\(digest)", "debian@\(digest)"),
        ("debian:12@\(digest)", "docker.io/library/debian:12@\(digest)", "debian:12@\(digest)"),
    ])
    func normalisesAsDockerDoes(_ text: String, _ canonical: String, _ familiar: String) throws {
        let reference = try ImageReference(text)
        #expect(reference.canonical == canonical)
        #expect(reference.familiar == familiar)
        #expect(try ImageReference(familiar).canonical == canonical)
        #expect(try ImageReference(canonical).canonical == canonical)
    }

    @Test(arguments: [
        ("", "it is empty"),
        ("Debian", "write \"debian\""),
        ("user/Debian:1", "write \"user/debian\""),
        ("a b", "\" \" cannot be in a name"),
        ("a//b", "a part of the name is empty"),
        ("a/", "a part of the name is empty"),
        ("/a", "a part of the name is empty"),
        ("a:", "a tag follows the colon"),
        ("a:-b", "a tag has letters"),
        ("a:" + String(repeating: "x", count: 129), "longer than 128"),
        ("a..b", "stand single"),
        ("-a", "stand single"),
        ("a_", "stand single"),
        ("a___b", "stand single"),
        ("exa_mple.com:80/a", "is no host"),
        ("example.com:99999/a", "is no host"),
        ("a@sha256:12", "64 lower-case hexadecimal"),
        ("a@md5:12", "only sha256"),
        (":1", "the name is missing"),
        ("é", "\"é\" cannot be in a name"),
        (String(repeating: "ab", count: 32), "image id"),
        (String(repeating: "a", count: 300), "longer than 255"),
    ])
    func saysWhatIsWrong(_ text: String, _ part: String) {
        let error = #expect(throws: ImageFormatError.self) { try ImageReference(text) }
        #expect(error?.description.contains(part) == true, "\(error?.description ?? "none")")
    }
}
