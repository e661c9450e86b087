// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Hooks: when they run and where, what they get, and what becomes of one that fails.
@Suite(.runtimes, .runtime) struct HookTests {
    private static let ofHost = ["prestart", "createRuntime", "createContainer", "poststart", "poststop"]

    /// A program of the host's that appends what it sees to a file, and the file.
    private func recorder() throws -> (program: String, log: String) {
        let runtime = try runtime()
        let log = runtime.folder + "/log"
        let program = try runtime.file(
            "hook",
            """
            #!/bin/sh
            exec >>\(log) 2>&1
            echo "name=$1 directory=$(pwd) variable=$VARIABLE preload=$LD_PRELOAD home=$HOME"
            echo "$1-net=$(readlink /proc/self/ns/net) $1-mnt=$(readlink /proc/self/ns/mnt)"
            echo "$1-state=$(cat)"
            """, permissions: 0o755)
        return (program, log)
    }

    @Test func theyRunInOrderAndAreToldTheState() throws {
        let runtime = try runtime()
        let (program, log) = try recorder()
        let bundle = try runtime.bundle(script: "true") {
            for kind in Self.ofHost {
                $0.hooks[kind] = [
                    [
                        "path": .string(program), "args": ["hook", .string(kind)],
                        "env": [.string("VARIABLE=\(kind)"), "PATH=/usr/bin:/bin"],
                    ]
                ]
            }
            $0.annotations = ["some.key": "value"]
        }
        let container = try runtime.create(bundle)
        let process = try container.process
        let ours = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/net")
        let theirs = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/\(process)/ns/net")
        try container.start()
        #expect(container.waits(for: "stopped"))
        #expect(try runtime("delete", container.id).status == 0)
        let lines = try #require(runtime.contents(log)).split(separator: "\n").map(String.init)
        #expect(
            lines.filter { $0.hasPrefix("name=") }.map { $0.split(separator: " ")[0] }
                == Self.ofHost.map { "name=\($0)" }, "\(lines)")
        let statuses = [
            "prestart": "creating", "createRuntime": "creating", "createContainer": "creating", "poststart": "running",
            "poststop": "stopped",
        ]
        for kind in Self.ofHost {
            let line = try #require(lines.first { $0.hasPrefix("\(kind)-state=") })
            let state = try Document(text: String(line.dropFirst(kind.count + 7)))
            #expect(state.id.string == container.id && state.bundle.string == bundle.path)
            #expect(state.status.string == statuses[kind], "\(kind): \(state.text)")
            #expect(state.annotations["some.key"] == "value" && state.ociVersion.string != nil)
            if kind != "poststop" { #expect(state.pid.integer == Int64(process) || kind == "createContainer") }
            let place = try #require(lines.first { $0.hasPrefix("\(kind)-net=") })
            #expect(place.contains(kind == "createContainer" ? theirs : ours), "\(place)")
        }
    }

    /// CVE-2024-0132, CVE-2025-23266: a hook of the host's with variables of the container's loads what the image says.
    @Test func theyHaveTheirOwnVariablesAndNoOthers() throws {
        let runtime = try runtime()
        let (program, log) = try recorder()
        let bundle = try runtime.bundle(script: "true") {
            for kind in Self.ofHost {
                $0.hooks[kind] = [["path": .string(program), "args": ["hook", .string(kind)], "env": ["VARIABLE=1"]]]
            }
            $0.process.env.append("LD_PRELOAD=/nowhere/evil.so")
            $0.process.env.append("HOME=/nowhere")
            $0.process.cwd = "/tmp"
        }
        _ = try runtime.runs(bundle, environment: ["LD_PRELOAD_OF_CALLER": "1"])
        let lines = try #require(runtime.contents(log)).split(separator: "\n").filter { $0.hasPrefix("name=") }
        #expect(lines.count == Self.ofHost.count, "\(lines)")
        for line in lines {
            #expect(line.hasSuffix("directory=\(bundle.path) variable=1 preload= home="), "\(line)")
        }
    }

    @Test func startContainerRunsInTheContainer() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "cat /hook.log") {
            $0.hooks.startContainer = [
                [
                    "path": "/bin/sh",
                    "args": ["sh", "-c", "echo $VARIABLE $(hostname) $(cat | grep -c '\"created\"') >>/hook.log"],
                    "env": ["VARIABLE=1", "PATH=/usr/bin:/bin"],
                ]
            ]
        }
        let container = try runtime.create(bundle)
        #expect(!FileManager.default.fileExists(atPath: bundle.rootfs + "/hook.log"))
        try container.start()
        #expect(container.shows("1 inside 1"), "\(container.output)")
    }

    @Test func mountsOfAHookAreTheContainers() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "cat /tmp/mounted/file")
        var config = bundle.config
        let script =
            "cat >/dev/null; mkdir -p \(bundle.rootfs)/tmp/mounted; mount -t tmpfs none \(bundle.rootfs)/tmp/mounted; "
            + "echo words >\(bundle.rootfs)/tmp/mounted/file"
        config.hooks.createContainer = [
            ["path": "/bin/sh", "args": ["sh", "-c", .string(script)], "env": ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"]]
        ]
        try config.text.write(toFile: bundle.path + "/config.json", atomically: true, encoding: .utf8)
        let ended = try runtime.runs(bundle)
        #expect(ended == Outcome(status: 0, output: "words\n", errors: ""))
    }

    @Test(arguments: ["prestart", "createRuntime", "createContainer", "startContainer", "poststart"])
    func oneThatFailsEndsTheContainer(_ kind: String) throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "sleep 10000; echo ran") {
            $0.hooks[kind] = [["path": "/bin/sh", "args": ["sh", "-c", "echo the reason >&2; exit 3"]]]
        }
        let failed = try runtime.runs(bundle)
        #expect(failed.status == 1 && !failed.output.contains("ran"), "\(failed)")
        #expect(failed.words.contains("\(kind) hook #0"), "\(failed)")
        #expect(failed.words.contains("the reason"), "\(failed)")
        #expect(try runtime("list", "-q").output == "")
    }

    @Test func aPoststopHookThatFailsIsNoReasonToStop() throws {
        let runtime = try runtime()
        let log = runtime.folder + "/second"
        let bundle = try runtime.bundle(script: "true") {
            $0.hooks.poststop = [
                ["path": "/bin/false"], ["path": "/bin/sh", "args": ["sh", "-c", .string("echo second >\(log)")]],
            ]
        }
        let container = try runtime.create(bundle)
        #expect(try runtime("delete", "--force", container.id).status == 0)
        #expect(runtime.contents(log) == "second\n")
    }

    @Test func oneThatTakesTooLongIsKilled() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "echo ran") {
            $0.hooks.createRuntime = [["path": "/bin/sleep", "args": ["sleep", "10000"], "timeout": 1]]
        }
        // Who waited for the hook would be killed, which is another status.
        let failed = try runtime.runs(bundle)
        #expect(failed.status == 1 && failed.output == "", "\(failed)")
    }

    @Test func oneThatIsNotThereIsAnError() throws {
        let failed = try runtime().inside("echo ran") { $0.hooks.prestart = [["path": "/nowhere/hook"]] }
        #expect(failed.status == 1 && failed.words.contains("no such file or directory"), "\(failed)")
        let relative = try runtime().inside("echo ran") { $0.hooks.poststart = [["path": "hook"]] }
        #expect(relative.status == 1 && relative.output == "", "\(relative)")
    }
}
