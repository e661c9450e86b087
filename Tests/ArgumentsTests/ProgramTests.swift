// SPDX-License-Identifier: Apache-2.0
import Arguments
import Testing

struct Place: Sendable {
    var root = "/var/lib/minibox"
}

let sampleProgram = Program<Place>(
    "minibox", version: "minibox 0.1.0",
    Command(
        "Run containers and show what isolates them", options: Place(),
        flags: [.text("root", "DIR", "Keep durable state in DIR") { $0.root = $1 }]),
    entries: [
        .command("run", section: "Common commands", "Create and run a new container", { boxTable }) { options, place in
            options.remove && place.root == "/tmp/r" ? 7 : 1
        },
        .group(
            "image", section: "Management commands", "Manage images",
            [
                .command(
                    "inspect", section: "Commands", "Show images as JSON",
                    { Command<BoxOptions>("Show images as JSON", options: BoxOptions(), flags: []) }
                ) { _, _ in 3 }
            ]),
        .command(
            "make", section: "Common commands", "Make an image",
            {
                Command<BoxOptions>(
                    "Make an image", options: BoxOptions(), positionals: [.required("PATH") { $0.image = $1 }],
                    flags: [.toggle("rm", "Remove what is left") { $0.remove = $1 }])
            },
            below: [
                .command(
                    "ls", aliases: ["history"], section: "Commands", "List what was made",
                    { Command<BoxOptions>("List what was made", options: BoxOptions(), flags: []) }
                ) { _, _ in 5 }
            ]
        ) { options, _ in options.image == "./ls" ? 6 : 2 },
    ])

private func shown(_ words: String...) throws -> String? {
    if case .show(let text) = try sampleProgram.read(words) { text } else { nil }
}

private func code(_ words: String...) throws -> Int32? {
    if case .perform(let action) = try sampleProgram.read(words) { try action() } else { nil }
}

private func failure(_ words: String...) -> String? {
    do {
        _ = try sampleProgram.read(words)
        return nil
    } catch { return "\(error); \(error.hint)" }
}

@Suite struct ProgramTests {
    @Test func handsOptionsAndGlobalsToTheCommand() throws {
        #expect(try code("--root", "/tmp/r", "run", "--rm", "x") == 7)
        #expect(try code("run", "--rm", "x") == 1)
        #expect(try code("image", "inspect") == 3)
    }

    @Test func printsTheVersion() throws {
        #expect(try shown("--version") == "minibox 0.1.0\n")
        #expect(try shown("-v") == "minibox 0.1.0\n")
        #expect(try shown("--root", "/x", "--version") == "minibox 0.1.0\n")
    }

    @Test func printsHelpAtEveryLevel() throws {
        let own = try shown("--help")
        #expect(own?.hasPrefix("Usage:  minibox [OPTIONS] COMMAND\n") == true)
        #expect(try shown() == own)
        #expect(try shown("-h") == own)
        #expect(try shown("help") == own)
        #expect(try shown("help", "run") == shown("run", "--help"))
        #expect(try shown("image") == shown("image", "--help"))
        #expect(try shown("image")?.contains("  inspect  Show images as JSON\n") == true)
        #expect(try shown("help", "image", "inspect") == shown("image", "inspect", "-h"))
    }

    @Test func namesTheNearestCommand() {
        #expect(failure("rnu") == "unknown command: rnu (did you mean run?); see 'minibox --help'")
        #expect(failure("nonsense") == "unknown command: nonsense; see 'minibox --help'")
        #expect(
            failure("image", "inspct") == "unknown command: inspct (did you mean inspect?); see 'minibox image --help'")
        #expect(failure("image", "--all") == "unknown flag: --all; see 'minibox image --help'")
        #expect(failure("help", "rnu") == "unknown command: rnu (did you mean run?); see 'minibox --help'")
    }

    @Test func aCommandMayHaveCommandsBelowIt() throws {
        #expect(try code("make", "ls") == 5)
        #expect(try code("make", "history") == 5)
        #expect(try code("make", "./ls") == 6)
        #expect(try code("make", "--rm", "ls") == 2)
        #expect(try code("make", ".") == 2)
        #expect(failure("make", "ls", "x") == "unexpected argument: x; see 'minibox make ls --help'")
        #expect(
            try shown("make", "--help") == """
                Usage:  minibox make [OPTIONS] PATH
                        minibox make COMMAND

                Make an image

                Commands:
                  ls  List what was made

                Options:
                      --rm  Remove what is left

                """)
        #expect(try shown("help", "make", "ls")?.hasPrefix("Usage:  minibox make ls\n") == true)
        #expect(try sampleProgram.manualPage(for: ["make"]).contains("\n.B ls\n"))
    }

    @Test func saysWhereAFlagOfTheProgramBelongs() {
        #expect(
            failure("run", "--root", "/x", "busybox")
                == "unknown flag: --root (write it before the command: minibox --root ... run); see 'minibox run --help'"
        )
    }
}

@Suite struct HelpTests {
    @Test func laysACommandOutInEightyColumns() throws {
        let expected = """
            Usage:  minibox run [OPTIONS] IMAGE [COMMAND] [ARG...]

            Create and run a new container from an image

            Life:
                  --rm                 Remove the container when it exits
                  --init               Run a small init as process 1
              -i, --interactive        Keep standard input open
              -t, --tty                Allocate a terminal
                  --name NAME          Call the container NAME
              -h, --hostname NAME      Host name inside
                  --network none|host  Network to join

            Limits:
                  --read-only            Mount the root file system read-only
              -e, --env KEY=VALUE        Set an environment variable
              -m, --memory BYTES         Memory limit
                  --explain[=text|json]  Print each step

            """
        #expect(try shown("run", "--help") == expected)
    }

    @Test func wrapsWhatIsTooLong() throws {
        let long = String(repeating: "word ", count: 40) + "end"
        let table = Command<BoxOptions>(
            "Do", discussion: [long], options: BoxOptions(),
            flags: [.text("a-very-long-name-of-a-flag-indeed", "PLACEHOLDER", long) { $0.name = $1 }])
        let program = Program<Place>(
            "p", version: "", Command("", options: Place(), flags: []),
            entries: [.command("c", section: "Commands", "Do", { table }) { _, _ in 0 }])
        let text = try program.help(for: ["c"])
        #expect(text.split(separator: "\n").allSatisfy { $0.count <= 80 })
        #expect(text.contains("\n      --a-very-long-name-of-a-flag-indeed PLACEHOLDER\n"))
    }
}
