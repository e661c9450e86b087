// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime

/// The flags before the command.
struct GlobalOptions: Sendable {
    var root = RuntimeStore.defaultRoot
    var log: LogTarget = .standardError
    var logFormat = LogFormat.text
    var level = LogLevel.info
    var wantsSystemd = false
    var cgroups = Runtime.CgroupManager.cgroupfs
    var asksForVersion = false
    var asksForHelp = false

    static let flags: [Flag<GlobalOptions>] = [
        .value("root", nil, "DIR", "Keep the state of containers in DIR (\(RuntimeStore.defaultRoot))") {
            $0.root = $1
        },
        .value("log", nil, "FILE", "Write errors to FILE too; file:FILE, journald:NAME or syslog:NAME") {
            (options, text) throws(UsageError) in options.log = try LogTarget(parsing: text)
        },
        .value("log-format", nil, "text|json", "The form of what is logged (text)") {
            (options, text) throws(UsageError) in
            guard let format = LogFormat(rawValue: text) else {
                throw UsageError("--log-format is text or json, not '\(text)'")
            }
            options.logFormat = format
        },
        .value("log-level", nil, "LEVEL", "What is logged: debug, info, warning or error (info)") {
            (options, text) throws(UsageError) in
            guard let level = LogLevel(parsing: text) else {
                throw UsageError("--log-level is debug, info, warning or error, not '\(text)'")
            }
            options.level = level
        },
        .toggle("debug", nil, "Log what is done") { options, on in if on { options.level = .debug } },
        .toggle("systemd-cgroup", nil, "Refused: cgroups are made in the cgroup file system") {
            $0.wantsSystemd = $1
        },
        .value("cgroup-manager", nil, "MANAGER", "Who makes cgroups: cgroupfs, or disabled for nobody (cgroupfs)") {
            (options, text) throws(UsageError) in
            switch text {
            case "cgroupfs": options.cgroups = .cgroupfs
            case "disabled": options.cgroups = .disabled
            case "systemd": options.wantsSystemd = true
            default: throw UsageError("--cgroup-manager is cgroupfs or disabled, not '\(text)'")
            }
        },
        .value("rootless", nil, "BOOL", "Taken for other runtimes' sake: true, false or auto") {
            (_, text) throws(UsageError) in
            guard text == "auto" || FlagValue.bool(text) != nil else {
                throw UsageError("--rootless is true, false or auto, not '\(text)'")
            }
        },
        .value("criu", nil, "PATH", "Taken for other runtimes' sake") { _, _ in },
        .toggle("version", "v", "Show the version") { $0.asksForVersion = $1 },
        .toggle("help", "h", "Show this") { $0.asksForHelp = $1 },
    ]
}
