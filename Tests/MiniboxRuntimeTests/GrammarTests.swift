// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import OCI
import Testing

@testable import minibox_runtime

@Suite("Grammar of the command line")
struct GrammarTests {
    struct Options: Sendable, Equatable {
        var bundle = ""
        var isDetached = false
        var hasTerminal = false
        var isSubreaper = true
        var count: UInt32 = 0
    }

    static let flags: [Flag<Options>] = [
        .value("bundle", "b", "DIR", "") { $0.bundle = $1 },
        .toggle("detach", "d", "") { $0.isDetached = $1 },
        .toggle("tty", "t", "") { $0.hasTerminal = $1 },
        .toggle("no-subreaper", nil, "") { $0.isSubreaper = !$1 },
        .value("preserve-fds", nil, "N", "") { (options, text) throws(UsageError) in
            options.count = try FlagValue.number(text, of: "preserve-fds")
        },
    ]

    func read(_ words: [String], stops: Bool = false) throws -> (Options, [String]) {
        var options = Options()
        let reader = ArgumentReader(flags: Self.flags, stopsAtFirstWord: stops)
        let rest = try reader.read(words[...], into: &options) ?? []
        return (options, Array(rest))
    }

    @Test(
        "every way to write a value",
        arguments: [["--bundle", "/b"], ["--bundle=/b"], ["-bundle", "/b"], ["-b=/b"], ["-b", "/b"]])
    func value(_ words: [String]) throws {
        let (options, rest) = try read(words + ["id"])
        #expect(options.bundle == "/b")
        #expect(rest == ["id"])
    }

    @Test("a flag may follow the id, as go-runc never does and people do")
    func behind() throws {
        let (options, rest) = try read(["id", "--detach"])
        #expect(options.isDetached)
        #expect(rest == ["id"])
    }

    @Test("a single dash is enough for a long flag")
    func singleDash() throws { #expect(try read(["-no-subreaper", "id"]).0.isSubreaper == false) }

    @Test(
        "truth values as Go reads them",
        arguments: [("true", true), ("1", true), ("T", true), ("false", false), ("0", false)])
    func truth(_ text: String, _ expected: Bool) throws {
        #expect(try read(["--detach=\(text)"]).0.isDetached == expected)
    }

    @Test("letters share a dash")
    func letters() throws {
        let options = try read(["-td"]).0
        #expect(options.isDetached && options.hasTerminal)
    }

    @Test("a dash alone is a word, and two end the flags")
    func dashes() throws {
        #expect(try read(["-", "--", "--detach"]).1 == ["-", "--detach"])
        #expect(try read(["--bundle", "-"]).0.bundle == "-")
    }

    @Test("the first word ends the flags where the command says so")
    func stops() throws {
        let (options, rest) = try read(["id", "ls", "-d"], stops: true)
        #expect(!options.isDetached)
        #expect(rest == ["id", "ls", "-d"])
    }

    @Test(
        "what cannot be meant is refused",
        arguments: [
            ["--nope"], ["-x"], ["--bundle"], ["--detach=maybe"], ["---detach"], ["--=x"], ["--preserve-fds", "-1"],
            ["--preserve-fds=+1"], ["--preserve-fds", "4294967296"], ["-tb"], ["--preserve-fds="],
        ])
    func refused(_ words: [String]) { #expect(throws: UsageError.self) { try read(words) } }

    @Test("a typo is answered with the flag that was meant")
    func typo() throws {
        let error = try #require(throws: UsageError.self) { try read(["--bundel", "x"]) }
        #expect(error.hint == "did you mean --bundle?")
    }
}

@Suite("Command lines of the runtime")
struct CommandLineTests {
    func read(_ words: [String]) throws -> (GlobalOptions, MiniboxRuntime.Request) {
        var globals = GlobalOptions()
        let request = try MiniboxRuntime.read(words[...], globals: &globals)
        return (globals, request)
    }

    @Test("the global flags of go-runc")
    func globals() throws {
        let (globals, request) = try read([
            "--root", "/run/x", "--debug", "--log", "/l", "--log-format", "json", "--systemd-cgroup",
            "--rootless=false", "state", "id",
        ])
        #expect(globals.root == "/run/x" && globals.log == .file("/l") && globals.logFormat == .json)
        #expect(globals.level == .debug && globals.wantsSystemd)
        guard case .perform(_, let verb, _) = request else { throw Unexpected() }
        #expect(verb == "state")
    }

    @Test("the global flags of podman")
    func podman() throws {
        let globals = try read(["--log-format=json", "--log", "/l", "--cgroup-manager", "disabled", "list"]).0
        #expect(globals.cgroups == .disabled && globals.logFormat == .json)
    }

    @Test(
        "where to log",
        arguments: [
            ("file:/x", LogTarget.file("/x")), ("/x:y", .file("/x:y")), ("journald:n", .journal("n")),
            ("syslog:n", .syslog("n")), ("", .standardError),
        ])
    func log(_ text: String, _ expected: LogTarget) throws { #expect(try LogTarget(parsing: text) == expected) }

    @Test("the version as dockerd and go-runc read it")
    func version() throws {
        guard case .show(let text) = try read(["--version"]).1 else { throw Unexpected() }
        let lines = text.split(separator: "\n").map(String.init)
        #expect(lines.first?.hasPrefix("minibox-runtime version ") == true)
        #expect(lines.count == 3 && lines[1].hasPrefix("commit: ") && lines[2] == "spec: 1.3.0")
    }

    @Test("a command that is not there names the nearest")
    func unknown() throws {
        let error = try #require(throws: UsageError.self) { try read(["sate", "x"]) }
        #expect(error.hint == "did you mean 'state'?")
    }

    @Test(
        "the command lines of containerd, podman, CRI-O and BuildKit are read",
        arguments: [
            "create --bundle /b --pid-file /p --no-pivot --no-new-keyring --console-socket /s id",
            "create --bundle /b --pidfd-socket /s --preserve-fds 3 id",
            "run --bundle /b --keep --no-pivot id", "run -b=/b -d -no-subreaper id",
            "exec --process /p --console-socket /s --detach --pid-file /f id",
            "exec --pid-file /f --process /p --detach --preserve-fds 1 id",
            "exec -t -e A=1 --env=B=2 -u 1:2 -g 3,4 --cap CAP_KILL --cwd / id ls -l --all",
            "kill --all id 9", "kill id KILL", "kill -a id 9", "delete --force id", "delete -f id",
            "list --format=json",
        ])
    func callers(_ line: String) throws {
        guard case .perform(_, let verb, _) = try read(line.split(separator: " ").map(String.init)).1 else {
            throw Unexpected()
        }
        #expect(line.hasPrefix(verb))
    }

    @Test(
        "users and groups are numbers, all of them (CVE-2026-30892)",
        arguments: ["1x", "", "a", "1:", ":1", "-1", "1:x"])
    func user(_ text: String) { #expect(throws: UsageError.self) { try read(["exec", "--user", text, "id", "ls"]) } }

    @Test("what is executed has what the flags add, and nothing of it is inheritable (CVE-2022-29162)")
    func changes() throws {
        var changes = ProcessChanges()
        changes.capabilities = ["net_raw", "CAP_KILL"]
        changes.environment = ["A=1"]
        changes.user = 7
        var own = RuntimeConfiguration.Process(args: ["init"], env: ["B=2"], cwd: "/")
        own.terminal = true
        own.user.gid = 9
        let process = try changes.applied(to: own, command: ["ls"])
        #expect(process.args == ["ls"] && process.env == ["B=2", "A=1"] && !process.terminal)
        #expect(process.user.uid == 7 && process.user.gid == 9)
        #expect(process.capabilities?.bounding == ["CAP_NET_RAW", "CAP_KILL"])
        #expect(process.capabilities?.inheritable == [] && process.capabilities?.ambient == [])
    }

    @Test("too few and too many words are refused", arguments: [["state"], ["state", "a", "b"], ["list", "x"]])
    func count(_ words: [String]) { #expect(throws: UsageError.self) { try read(words) } }

    @Test("every command has help, and shows each of its flags")
    func help() throws {
        for verb in MiniboxRuntime.verbs where verb.group != .missing {
            guard case .show(let text) = try read([verb.name, "--help"]).1 else { throw Unexpected() }
            #expect(verb.flags().allSatisfy { flag in text.contains(flag.usage) })
        }
    }

    struct Unexpected: Error {}
}
