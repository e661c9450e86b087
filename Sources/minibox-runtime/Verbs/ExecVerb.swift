// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// `exec ID COMMAND`.
enum ExecVerb {
    struct Options: Sendable {
        var process: String?
        var consoleSocket: String?
        var pidfdSocket: String?
        var pidFile: String?
        var preservedDescriptors: UInt32 = 0
        var isDetached = false
        var ignoresPaused = false
        var pauseBefore: Int?
        var subcgroup: String?
        var changes = ProcessChanges()
    }

    static let verb = Verb(
        name: "exec", group: .inside, words: "ID [COMMAND...]", count: 1...Int.max,
        summary: "Run another program in a container", stopsAtFirstWord: true, options: Options(),
        flags: callers + people, perform: perform)

    /// What engines use.
    private static let callers: [Flag<Options>] = [
        .value("process", "p", "FILE", "The program as the specification's 'process'") { $0.process = $1 },
        .toggle("detach", "d", "Return as soon as the program runs") { $0.isDetached = $1 },
        .value("pid-file", nil, "FILE", "Write the number of the process to FILE") { $0.pidFile = $1 },
        .value("console-socket", nil, "SOCKET", "Send the terminal to this socket") { $0.consoleSocket = $1 },
        .value("pidfd-socket", nil, "SOCKET", "Send a pidfd of the process to this socket") { $0.pidfdSocket = $1 },
        .value("preserve-fds", nil, "N", "Give the program N descriptors from 3 on (0)") {
            (options, text) throws(UsageError) in
            options.preservedDescriptors = try FlagValue.number(text, of: "preserve-fds")
        },
        .value("cgroup", nil, "PATH", "Run it in this cgroup below the container's") {
            (options, text) throws(UsageError) in
            guard text.split(separator: ":").count < 2 else {
                throw UsageError(
                    "--cgroup is a path: cgroup v2 has no controllers to choose", hint: "leave out 'NAME:'")
            }
            options.subcgroup = text
        },
        .value("pause-before", nil, "STEP", "Stop before this step, to look") { (options, text) throws(UsageError) in
            options.pauseBefore = try FlagValue.number(text, of: "pause-before")
        },
        .toggle("ignore-paused", nil, "Also in a paused container, where it runs when that goes on") {
            $0.ignoresPaused = $1
        },
    ]

    /// What changes the container's own process into the one to run.
    private static let people: [Flag<Options>] = [
        .toggle("tty", "t", "Give it a terminal") { $0.changes.hasTerminal = $1 },
        .value("cwd", nil, "DIR", "Run it in DIR of the container") { $0.changes.directory = $1 },
        .value("env", "e", "NAME=VALUE", "Set a variable") { $0.changes.environment.append($1) },
        .value("user", "u", "UID[:GID]", "Run it as this user") { (options, text) throws(UsageError) in
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            options.changes.user = try FlagValue.number(parts[0], of: "user")
            if parts.count > 1 { options.changes.group = try FlagValue.number(parts[1], of: "user") }
        },
        .value("additional-gids", "g", "GID", "Another group of it") { (options, text) throws(UsageError) in
            for part in text.split(separator: ",", omittingEmptySubsequences: false) {
                options.changes.groups.append(try FlagValue.number(String(part), of: "additional-gids"))
            }
        },
        .value("cap", "c", "CAP", "A capability more") { $0.changes.capabilities.append($1) },
        .toggle("no-new-privs", nil, "Forbid it to gain privileges by executing") {
            $0.changes.noNewPrivileges = $1
        },
        .value("process-label", nil, "LABEL", "Its SELinux label") { $0.changes.label = $1 },
        .value("apparmor", nil, "PROFILE", "Its AppArmor profile") { $0.changes.profile = $1 },
    ]

    private static func perform(
        _ options: Options, _ words: [String], _ session: inout Session
    ) throws(RuntimeError) -> Int32 {
        let runtime = try session.runtimeForCgroups()
        let id = try ContainerID(words[0])
        let program: ExecOptions.Program
        if let file = options.process {
            program = .document(try Self.process(in: file))
        } else {
            guard words.count > 1 else {
                throw RuntimeError(
                    .invalid, "process args cannot be empty",
                    RuntimeError.Details(hint: "write 'exec \(id) COMMAND', or name a file with --process"))
            }
            let command = Array(words.dropFirst())
            program = .changed { (process) throws(RuntimeError) in
                try options.changes.applied(to: process, command: command)
            }
        }
        var request = ExecOptions(id: id, program: program)
        request.consoleSocket = try AbsolutePath.ofFlag(options.consoleSocket)
        request.pidfdSocket = try AbsolutePath.ofFlag(options.pidfdSocket)
        request.pidFile = try AbsolutePath.ofFlag(options.pidFile)
        request.preservedDescriptors = options.preservedDescriptors
        request.isDetached = options.isDetached
        request.subcgroup = options.subcgroup
        request.ignoresPaused = options.ignoresPaused
        request.pauseBefore = options.pauseBefore
        return try runtime.exec(request)
    }

    private static func process(in file: String) throws(RuntimeError) -> RuntimeConfiguration.Process {
        let bytes: [UInt8]
        do {
            bytes = try Descriptor.contents(of: file)
        } catch {
            throw RuntimeError(.invalid, "cannot read \(file)", path: file, cause: error)
        }
        do {
            return try RuntimeConfiguration.Process(parsing: bytes)
        } catch {
            throw RuntimeError(error, in: bytes, named: file)
        }
    }
}
