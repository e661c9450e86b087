// SPDX-License-Identifier: Apache-2.0
import Arguments
import Testing

/// What a log may show of a line.
@Suite struct SecretTests {
    private struct Options: Sendable { var words: [String] = [] }

    private static let program = Program(
        "minibox", version: "0",
        Command<Options>("Runs", options: Options(), flags: [.text("root", "DIR", "Root") { _, _ in }]),
        entries: [
            .command(
                "run", section: "A", "Run",
                {
                    Command<Options>(
                        "Run", options: Options(), positionals: [.verbatim("ARG...") { $0.words.append($1) }],
                        flags: [
                            Flag.texts("env", short: "e", "NAME=VALUE", "Set") { _, _ in }.keeping(.behindEquals),
                            .toggle("it", short: "i", "Stay") { _, _ in }, .text("name", "NAME", "Call") { _, _ in },
                        ])
                }, perform: { _, _ in 0 }),
            .group(
                "registry", section: "A", "Registries",
                [
                    .command(
                        "login", section: "A", "Log in",
                        {
                            Command<Options>(
                                "Log in", options: Options(),
                                positionals: [.anyNumber("HOST") { $0.words.append($1) }],
                                flags: [
                                    Flag.text("password", short: "p", "PASSWORD", "It") { _, _ in }.keeping(.everything)
                                ])
                        }, perform: { _, _ in 0 })
                ]),
        ])

    @Test(arguments: [
        (
            "run -e A=s3 --env B=s3 --env=C=s3 -eD=s3 -ie E=s3 -e F --name A=b box -e G=shown",
            "run -e A=… --env B=… --env=C=… -eD=… -ie E=… -e F --name A=b box -e G=shown"
        ),
        ("--root run run -e A=s3 box", "--root run run -e A=… box"),
        ("registry login host -p s3 -ps3 --password=s3", "registry login host -p … -p… --password=…"),
        ("run box https://who:s3@host/path@2", "run box https://…@host/path@2"),
        ("run box https://host/a:b@2", "run box https://host/a:b@2"), ("nothing -e A=b", "nothing -e A=b"),
    ]) func keepsSecretsOut(line: String, shown: String) {
        let words = ["minibox"] + line.split(separator: " ").map(String.init)
        #expect(Self.program.concealingSecrets(in: words).dropFirst().joined(separator: " ") == shown)
    }
}
