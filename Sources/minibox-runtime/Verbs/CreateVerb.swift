// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux
internal import OCI

/// `create ID`, and the flags that it has in common with `run`.
enum CreateVerb {
    struct Options: Sendable {
        var bundle = ""
        var configuration: String?
        var consoleSocket: String?
        var pidfdSocket: String?
        var pidFile: String?
        var preservedDescriptors: UInt32 = 0
        var pivots = true
        var makesKeyring = true
        /// `run` alone.
        var isDetached = false
        var isKept = false
        var isSubreaper = true
        var explanation: Explanation?
        var isDryRun = false
        var pauseBefore: Int?
        var trace: String?
    }

    /// The form in which a plan is shown.
    enum Explanation: Sendable { case text, json }

    static let flags: [Flag<Options>] = [
        .value("bundle", "b", "DIR", "The bundle (the current directory)") { $0.bundle = $1 },
        .value("config", "f", "FILE", "Another file than the bundle's config.json") { $0.configuration = $1 },
        .value("console-socket", nil, "SOCKET", "Send the terminal to this socket") { $0.consoleSocket = $1 },
        .value("pidfd-socket", nil, "SOCKET", "Send a pidfd of the process to this socket") { $0.pidfdSocket = $1 },
        .value("pid-file", nil, "FILE", "Write the number of the process to FILE") { $0.pidFile = $1 },
        .value("preserve-fds", nil, "N", "Give the container N descriptors from 3 on (0)") {
            (options, text) throws(UsageError) in
            options.preservedDescriptors = try FlagValue.number(text, of: "preserve-fds")
        },
        .toggle("no-pivot", nil, "Taken for other runtimes' sake: pivot_root is used all the same") { $0.pivots = !$1 },
        .toggle("no-new-keyring", nil, "Leave the container the session keyring of the caller") {
            $0.makesKeyring = !$1
        },
        .choice("explain", "json", "Show the plan: every step, its calls, and what it protects from") {
            (options, text) throws(UsageError) in
            switch text {
            case "", "text", "true": options.explanation = .text
            case "json": options.explanation = .json
            default: throw UsageError("--explain is text or json, not '\(text)'")
            }
        },
        .toggle("dry-run", nil, "Make the plan, and nothing of it") { $0.isDryRun = $1 },
        .value("pause-before", nil, "STEP", "Stop before this step of the plan, to look") {
            (options, text) throws(UsageError) in
            options.pauseBefore = try FlagValue.number(text, of: "pause-before")
        },
        .value("trace", nil, "FILE", "Write how long each step took to FILE; JSON where it ends in .json") {
            $0.trace = $1
        },
    ]

    static let verb = Verb(
        name: "create", group: .lifeCycle, words: "ID", count: 1...1,
        summary: "Make a container that waits to be started", options: Options(), flags: flags
    ) { (options, words, session) throws(RuntimeError) in
        let runtime = try session.runtimeForCgroups()
        for note in try runtime.create(try options.resolved(id: words[0])) { session.log.warn(note) }
        return 0
    }
}

extension CreateVerb.Options {
    /// What the library is asked for: paths against the current directory, before anything leaves it.
    func resolved(id: String) throws(RuntimeError) -> CreateOptions {
        guard !id.isEmpty else { throw RuntimeError(.invalidID, "container id cannot be empty") }
        var options = CreateOptions(id: try ContainerID(id), bundle: try AbsolutePath.of(bundle.isEmpty ? "." : bundle))
        options.configuration = try AbsolutePath.ofFlag(configuration)
        options.consoleSocket = try AbsolutePath.ofFlag(consoleSocket)
        options.pidfdSocket = try AbsolutePath.ofFlag(pidfdSocket)
        options.pidFile = try AbsolutePath.ofFlag(pidFile)
        options.preservedDescriptors = preservedDescriptors
        options.pivots = pivots
        options.makesKeyring = makesKeyring
        options.isDetached = isDetached
        options.isKept = isKept
        options.isSubreaper = isSubreaper
        options.isDryRun = isDryRun
        options.pauseBefore = pauseBefore
        if let explanation { options.showPlan = { plan in PlanOutput.show(plan, as: explanation) } }
        if let trace = try AbsolutePath.ofFlag(trace) {
            options.showTimes = { plan, times in PlanOutput.write(plan, times, to: trace) }
        }
        return options
    }
}
