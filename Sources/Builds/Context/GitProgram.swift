// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The program `git`, run so that nothing but what is asked for takes part: it asks nobody for a password, runs no hook
/// and no filter, and reads no configuration of this machine or of its user.
struct GitProgram {
    private let path: String
    private let environment: [String]
    /// For messages.
    private let remote: String

    /// Finds the program. `reference` says by what protocols it may fetch, also what a repository refers to.
    init(for reference: GitReference, path: String? = HostProgram.find("git")) throws(BuildError) {
        guard let path else {
            throw BuildError(
                .missing,
                "cannot fetch \(reference.shown): the program git is not here: install the package git, or check the "
                    + "repository out and build from the directory")
        }
        self.path = path
        remote = reference.shown
        // A repository of another machine may name one of this machine's as its submodule (CVE-2022-39253).
        let isLocal = GitReference.scheme(of: reference.remote) == "file"
        var environment = [
            "GIT_TERMINAL_PROMPT=0", "GIT_ASKPASS=/bin/false", "SSH_ASKPASS=/bin/false", "GIT_CONFIG_NOSYSTEM=1",
            "GIT_CONFIG_GLOBAL=/dev/null", "GIT_ATTR_NOSYSTEM=1", "GIT_OPTIONAL_LOCKS=0",
            "GIT_ALLOW_PROTOCOL=http:https:ssh:git" + (isLocal ? ":file" : ""), "LC_ALL=C",
            "PATH=" + (Linux.Environment.value(of: "PATH") ?? "/usr/local/bin:/usr/bin:/bin"),
        ]
        if Linux.Environment.value(of: "GIT_SSH_COMMAND") == nil {
            environment.append("GIT_SSH_COMMAND=ssh -o BatchMode=yes")
        }
        // Where the network, the agent and the keys are is the machine's to say.
        let proxies = ["HTTP_PROXY", "HTTPS_PROXY", "NO_PROXY", "ALL_PROXY"]
        for name in proxies + proxies.map({ $0.lowercased() })
            + ["HOME", "SSH_AUTH_SOCK", "GIT_SSH_COMMAND", "SSL_CERT_FILE", "SSL_CERT_DIR", "GIT_SSL_CAINFO"]
        {
            if let value = Linux.Environment.value(of: name) { environment.append("\(name)=\(value)") }
        }
        self.environment = environment
    }

    private static let settings = [
        "core.hooksPath=/dev/null", "core.fsmonitor=false", "core.symlinks=true", "core.autocrlf=false",
        "advice.detachedHead=false", "fetch.fsckObjects=false", "gc.auto=0", "maintenance.auto=false",
        "protocol.version=2", "credential.helper=", "init.defaultBranch=main",
    ]

    /// Runs git in `directory` and returns what it writes; `task` says in a message what it was for.
    func run(
        _ arguments: [String], in directory: borrowing Descriptor, for task: String,
        interruptedBy signals: borrowing SignalQueue
    ) throws(BuildError) -> String {
        let result = try attempt(arguments, in: directory, for: task, interruptedBy: signals)
        guard result.status == .exited(0) else {
            throw BuildError(.missing, "cannot \(task) of \(remote): git says: \(words(of: result))")
        }
        return String(decoding: result.output, as: UTF8.self)
    }

    /// The same, where it may fail.
    func attempt(
        _ arguments: [String], in directory: borrowing Descriptor, for task: String,
        interruptedBy signals: borrowing SignalQueue
    ) throws(BuildError) -> RunningProgram.Result {
        let program = HostProgram(
            path, Self.settings.flatMap { ["-c", $0] } + arguments, environment: environment)
        let result: RunningProgram.Result
        do throws(SystemError) {
            result = try program.start(in: directory).finish(interruptedBy: signals)
        } catch {
            throw BuildError(.file, "cannot run \(path) to \(task) of \(remote)", cause: error)
        }
        if let signal = result.interrupt {
            throw BuildError(.interrupted, "stopped by \(signal) while git was to \(task) of \(remote)")
        }
        return result
    }

    /// The last line of what git said, which is the one that says why; addresses in it without passwords.
    func words(of result: RunningProgram.Result) -> String {
        let lines = String(decoding: result.error, as: UTF8.self).split(separator: "\n")
        let telling = lines.last { $0.hasPrefix("fatal: ") || $0.hasPrefix("error: ") || $0.hasPrefix("ERROR: ") }
        guard let line = telling ?? lines.last else { return "nothing, and ended with \(result.status.code)" }
        return line.split(separator: " ").map { word in
            guard let start = word.firstIndex(where: { $0 != "'" && $0 != "\"" }) else { return String(word) }
            return word[..<start] + GitReference(remote: String(word[start...])).shown
        }.joined(separator: " ")
    }
}
