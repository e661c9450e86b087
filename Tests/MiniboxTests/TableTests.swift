import Engine
import OCI
import Testing

// SPDX-License-Identifier: Apache-2.0
@testable import Arguments
@testable import minibox

/// The properties of `options` that are not as in `defaults`, by name.
func changes<Options>(_ options: Options, from defaults: Options) -> Set<String> {
    let values = zip(properties(of: options), properties(of: defaults))
    return Set(values.filter { $0.value != $1.value }.map { $0.0.name })
}

/// The properties of a command's options, those of the groups that several commands share one by one.
private func properties(of options: Any) -> [(name: String, value: String)] {
    Mirror(reflecting: options).children.flatMap { child in
        let name = child.label ?? ""
        if child.value is LifeOptions || child.value is AttachFlags || child.value is HealthFlags
            || child.value is HealthCheck || child.value is ImageProvision || child.value is NameChoices
        {
            return properties(of: child.value).map { ("\(name).\($0.name)", $0.value) }
        }
        return [(name, "\(child.value)")]
    }
}

/// A value that each flag of `run` reads.
private let samples = [
    "name": "web", "cidfile": "/run/id", "label": "a=b", "label-file": "labels", "annotation": "a=b", "lease": "fd:3",
    "entrypoint": "sh", "env": "A=1", "env-file": "env",
    "user": "1000:100", "group-add": "audio", "workdir": "/srv", "umask": "077", "volume": "/a:/b:ro",
    "mount": "type=tmpfs,target=/t", "volumes-from": "web:ro", "volume-driver": "local", "tmpfs": "/t:size=1m",
    "shm-size": "1g", "device": "/dev/fuse", "hostname": "box",
    "network": "host", "pid": "host", "ipc": "container:web", "uts": "host", "cgroupns": "host", "userns": "private",
    "timens": "private", "cap-add": "NET_ADMIN", "cap-drop": "ALL", "security-opt": "no-new-privileges=false",
    "sysctl": "net.core.somaxconn=1", "memory": "64m", "memory-swap": "-1", "memory-reservation": "32m",
    "cpus": "1.5", "cpu-period": "50000", "cpu-quota": "-1", "cpu-shares": "512", "cpuset-cpus": "0-1",
    "pids-limit": "100", "device-read-bps": "/dev/sda:1m",
    "device-write-bps": "/dev/sda:1m", "device-read-iops": "/dev/sda:10", "device-write-iops": "/dev/sda:10",
    "ulimit": "nofile=1024", "oom-score-adj": "500", "explain": "json", "pause-before": "3",
    "attach": "stdin", "sig-proxy": "false", "detach-keys": "ctrl-a", "restart": "always", "stop-signal": "INT",
    "stop-timeout": "3", "log-driver": "none", "log-opt": "max-size=1m",
    "health-cmd": "true", "health-interval": "1s", "health-timeout": "2s", "health-retries": "4",
    "health-start-period": "5s", "health-start-interval": "6s", "platform": "\(Platform.current)",
    "domainname": "example.org", "cpuset-mems": "0", "blkio-weight": "300", "cgroup-parent": "/jobs",
    "pull": "never", "network-alias": "db", "publish": "8080:80", "expose": "90",
    "dns": "9.9.9.9", "dns-search": "example.org", "dns-option": "ndots:2", "add-host": "db:10.0.0.1", "link": "db:sql",
    "device-cgroup-rule": "c 10:229 rw", "storage-opt": "size=16m", "rootfs-propagation": "rslave", "proc": "pids",
    "metadata": "open", "network-opt": "host-access=on", "task-role": "billing",
    "seccomp-notify": "mkdir,refuse=/etc/*",
    "ip": "10.9.0.2", "ip6": "fd00::2", "mac-address": "02:42:0a:09:00:02",
]

@Suite struct RunTableTests {
    private func run(_ words: [String]) throws -> RunCommand.Options? {
        if case .options(let options) = try RunCommand.table().parse(words, path: "minibox run") {
            options
        } else {
            nil
        }
    }

    @Test func givesEveryFlagAPropertyOfItsOwn() throws {
        var owners: [String: String] = [:]
        let table = RunCommand.table()
        for flag in table.outline.groups.flatMap(\.flags) where !flag.isHidden {
            let sample = samples[flag.name]
            let word =
                flag.value == .toggle && sample == nil ? "--\(flag.name)" : "--\(flag.name)=\(sample ?? "")"
            let options = try #require(try run([word, "image"]))
            let changed = changes(options, from: table.defaults).subtracting(["image"])
            #expect(changed.count == 1, "--\(flag.name) changes \(changed)")
            for property in changed {
                #expect(owners[property] == nil, "--\(flag.name) and --\(owners[property] ?? "") change \(property)")
                owners[property] = flag.name
            }
        }
        let all = Set(properties(of: table.defaults).map(\.name))
        #expect(all.subtracting(owners.keys) == ["image", "command"])
    }

    @Test(arguments: [
        "rm", "interactive", "tty", "init", "name", "hostname", "env", "env-file", "user", "group-add", "workdir",
        "volume",
        "mount", "tmpfs", "read-only", "entrypoint", "cap-add", "cap-drop", "security-opt", "privileged", "device",
        "ulimit", "shm-size", "sysctl", "label", "pid", "ipc", "uts", "cgroupns", "userns", "network", "cidfile",
        "memory",
        "memory-swap", "memory-reservation", "cpus", "cpu-shares", "cpuset-cpus", "pids-limit", "device-read-bps",
        "device-write-bps", "device-read-iops", "device-write-iops", "explain", "dry-run", "detach", "attach",
        "sig-proxy", "detach-keys", "restart", "stop-signal", "stop-timeout", "log-driver", "log-opt", "storage-opt",
        "device-cgroup-rule",
    ]) func hasTheFlagsThatDockersUsersWrite(name: String) {
        #expect(RunCommand.table().outline.shownFlags.contains { $0.name == name })
    }

    @Test func readsALineAsDockerDoes() throws {
        let options = try #require(
            try run([
                "--rm", "-it", "-eA=1", "-h", "box", "-m", "64m", "-v/a:/b", "--net=host", "busybox", "sh", "-c", "id",
            ]))
        #expect(options.life.removesItself && options.isInteractive && options.hasTerminal)
        #expect(options.environment.map(\.name) == ["A"])
        #expect(options.hostname?.description == "box")
        #expect(options.memory?.bytes == 64 << 20)
        #expect(options.volumes.map(\.bind?.target.description) == ["/b"])
        #expect(options.networks == [.mode(.host)])
        #expect(options.image == "busybox")
        #expect(options.command == ["sh", "-c", "id"])
    }

    @Test(arguments: [
        (
            ["--memory", "12q", "x"],
            "--memory: '12q' is not a size: write a number with b, k, m, g, t or p behind it, as in 512m"
        ),
        (["--raed-only", "x"], "unknown flag: --raed-only (did you mean --read-only?)"),
        (
            ["-v", "data", "x"],
            "-v: 'data' is not an absolute path: write it from the root on, as in /srv/data"
        ),
        (["--cap-add", "NET_ADMN", "x"], "--cap-add: 'NET_ADMN' is no capability: did you mean NET_ADMIN?"),
        ([], "IMAGE is missing (write: minibox run IMAGE [COMMAND] [ARG...])"),
    ]) func saysWhatToWriteInstead(words: [String], message: String) {
        #expect {
            try RunCommand.table().parse(words, path: "minibox run")
        } throws: {
            "\($0)" == message
        }
    }
}

@Suite struct CommandTableTests {
    /// Every command there is, by its words.
    private static let outlines: [(String, CommandOutline)] =
        [("minibox", GlobalOptions.table.outline)] + outlines(of: Program<GlobalOptions>.minibox.entries, below: "")

    private static func outlines(of entries: [Entry<GlobalOptions>], below path: String) -> [(String, CommandOutline)] {
        entries.flatMap { entry -> [(String, CommandOutline)] in
            let name = path + entry.name
            let others = outlines(of: entry.destination.below, below: name + " ")
            guard case .command(let command, _) = entry.destination else { return others }
            return [(name, command.outline())] + others
        }
    }

    @Test(arguments: outlines.map(\.0)) func namesEachFlagOnce(command: String) throws {
        let outline = try #require(Self.outlines.first { $0.0 == command }).1
        let flags = outline.groups.flatMap(\.flags)
        let names = flags.flatMap { [$0.name] + $0.aliases }
        #expect(Set(names).count == names.count)
        let letters = flags.compactMap(\.short)
        #expect(Set(letters).count == letters.count)
    }

    @Test(arguments: outlines.map(\.0)) func saysInALineWhatEachFlagDoes(command: String) throws {
        let outline = try #require(Self.outlines.first { $0.0 == command }).1
        for text in outline.groups.flatMap({ $0.flags.map(\.summary) }) + [outline.summary] {
            #expect(text.last != ".")
            #expect(text.count <= 100)
        }
    }

    /// What help sets apart are sentences, not the lines in which they are written down.
    @Test(arguments: outlines.map(\.0)) func explainsItselfInSentences(command: String) throws {
        let outline = try #require(Self.outlines.first { $0.0 == command }).1
        for text in outline.discussion {
            #expect(text.first?.isLowercase == false && text.last != ",", "\(text)")
        }
    }

    @Test func listsOnlyCommandsWithHelpThatFits() throws {
        let program = Program<GlobalOptions>.minibox
        for entry in program.entries {
            let help = try program.help(for: [entry.name])
            #expect(help.split(separator: "\n").allSatisfy { $0.count <= 80 }, "\(entry.name)")
        }
        #expect(program.help.split(separator: "\n").allSatisfy { $0.count <= 80 })
    }

    @Test func passesTheWordsOfExecOn() throws {
        guard
            case .options(let options) = try ExecCommand.table().parse(
                ["-it", "-u", "1000", "web", "sh", "-c", "-it"], path: "minibox exec")
        else {
            Issue.record("read as help")
            return
        }
        #expect(options.container == "web")
        #expect(options.command == ["sh", "-c", "-it"])
        #expect(options.user?.user == "1000")
    }
}
