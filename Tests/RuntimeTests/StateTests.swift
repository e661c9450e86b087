// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What `state`, `list`, `ps`, `features` and `--version` print, of which callers parse every byte.
@Suite(.runtimes, .runtime) struct StateTests {
    @Test func stateIsOneDocumentWithItsMembers() throws {
        let runtime = try runtime()
        let bundle = try runtime.bundle(script: "sleep 100") { $0.annotations = ["org.example.key": "value"] }
        let container = try runtime.create(bundle)
        let told = try runtime("state", container.id)
        #expect(told.status == 0 && told.errors == "")
        let state = try Document(text: told.output)
        #expect(state.ociVersion.string?.hasPrefix("1.") == true)
        #expect(state.id == Document(container.id))
        #expect(state.status == "created")
        #expect(state.bundle == Document(bundle.path))
        #expect(state.rootfs == Document(bundle.rootfs))
        #expect(state.annotations["org.example.key"] == "value")
        #expect(state.owner != nil)
        let process = try #require(state.pid.integer)
        #expect(process > 0 && FileManager.default.fileExists(atPath: "/proc/\(process)"))
        // RFC 3339, with nanoseconds, in UTC: what Go's time.Time reads.
        let created = try #require(state.created.string)
        #expect(created.hasSuffix("Z") && created.contains("T") && created.count >= 20, "\(created)")
    }

    @Test func theStatusFollowsTheContainer() throws {
        let runtime = try runtime()
        let container = try runtime.create(try runtime.bundle(script: "read line; exit 3"), hasInput: true)
        #expect(container.status == "created")
        let process = try container.process
        try container.start()
        #expect(container.status == "running")
        #expect(try container.process == process)
        container.maker.closeInput()
        #expect(container.waits(for: "stopped"))
        #expect(try container.state.pid == 0)
        // A zombie is as dead as what has been waited for.
        #expect(container.exitCode(of: process) == 3)
        #expect(container.status == "stopped")
        #expect(try runtime("delete", container.id) == Outcome(status: 0, output: "", errors: ""))
        #expect(container.status == nil)
    }

    @Test func aProcessOfTheSameNumberIsNotTheContainer() throws {
        let runtime = try runtime()
        let container = try runtime.create(try runtime.bundle(script: "exit 0"))
        let process = try container.process
        try container.start()
        #expect(container.exitCode(of: process) == 0)
        #expect(container.status == "stopped")
        #expect(try runtime("kill", container.id, "0").status == 1)
    }

    @Test func listKnowsAllContainers() throws {
        let runtime = try runtime()
        #expect(try runtime("list", "-q") == Outcome(status: 0, output: "", errors: ""))
        let one = try runtime.create(try runtime.bundle())
        let two = try runtime.create(try runtime.bundle())
        #expect(Set(try runtime("list", "-q").lines) == [one.id, two.id])
        #expect(Set(try runtime("list", "--quiet").lines) == [one.id, two.id])
        let told = try runtime("list", "--format=json")
        #expect(told.errors == "")
        let list = try Document(text: told.output)
        #expect(Set(list.array.compactMap(\.id.string)) == [one.id, two.id])
        #expect(list.array.allSatisfy { $0.status == "created" && $0.bundle.string != nil && $0.owner == "root" })
        let table = try runtime("list")
        #expect(
            table.lines.first?.split(whereSeparator: \.isWhitespace) == [
                "ID", "PID", "STATUS", "BUNDLE", "CREATED", "OWNER",
            ])
        #expect(table.lines.count == 3)
    }

    @Test func listOfNoneIsAnEmptyDocument() throws {
        let told = try runtime()("list", "-f", "json")
        #expect(told.status == 0 && told.errors == "")
        #expect(try Document(text: told.output).array == [])
    }

    @Test func psTellsTheProcesses() throws {
        let runtime = try runtime()
        let container = try runtime.running(script: "sleep 100 & echo two; wait")
        #expect(container.shows("two"))
        let told = try runtime("ps", "--format", "json", container.id)
        #expect(told.status == 0 && told.errors == "")
        let processes = try Document(text: told.output).array.compactMap(\.integer)
        #expect(processes.contains(Int64(try container.process)) && processes.count == 2, "\(told)")
        let table = try runtime("ps", container.id)
        #expect(table.lines.first?.contains("PID") == true && table.output.contains("sleep 100"), "\(table)")
        let options = try runtime("ps", "--format", "table", container.id, "-o", "pid,comm")
        #expect(options.lines.first?.split(whereSeparator: \.isWhitespace) == ["PID", "COMMAND"], "\(options)")
        #expect(options.lines.count == 3)
    }

    @Test func featuresIsOneDocument() throws {
        let runtime = try runtime()
        let told = try runtime("features")
        #expect(told.status == 0 && told.errors == "")
        let features = try Document(text: told.output)
        #expect(features.ociVersionMin.string?.hasPrefix("1.0") == true)
        #expect(features.ociVersionMax.string?.hasPrefix("1.") == true)
        #expect(
            Set(features.hooks.strings).isSuperset(of: [
                "prestart", "createRuntime", "createContainer", "startContainer", "poststart", "poststop",
            ]))
        #expect(
            Set(features.mountOptions.strings).isSuperset(of: [
                "ro", "rw", "bind", "rbind", "nosuid", "nodev", "noexec", "rro", "rslave",
            ]))
        #expect(
            Set(features.linux.namespaces.strings).isSuperset(of: [
                "cgroup", "ipc", "mount", "network", "pid", "user", "uts",
            ]))
        #expect(features.linux.capabilities.strings.contains("CAP_SYS_ADMIN"))
        #expect(features.linux.cgroup.v2 == true)
        #expect(features.linux.seccomp.enabled == true)
        #expect(features.linux.seccomp.actions.strings.contains("SCMP_ACT_ERRNO"))
        #expect(features.linux.seccomp.archs.strings.contains("SCMP_ARCH_X86_64"))
    }

    @Test func versionHasItsLines() throws {
        let runtime = try runtime()
        for flag in ["--version", "-v"] {
            let told = try runtime(flag)
            #expect(told.status == 0 && told.errors == "", "\(flag)")
            #expect(told.lines.first?.contains(" version ") == true, "\(told)")
            #expect(
                told.lines.contains { $0.hasPrefix("commit: ") } && told.lines.contains { $0.hasPrefix("spec: 1.") })
        }
    }

    @Test func whatIsNotThereIsSaidInKnownWords() throws {
        let runtime = try runtime()
        for words in [
            ["state", "nobody"], ["start", "nobody"], ["kill", "nobody", "9"], ["delete", "nobody"], ["ps", "nobody"],
            ["pause", "nobody"], ["resume", "nobody"],
        ] {
            let refused = try runtime.run(words)
            #expect(refused.status == 1 && refused.output == "", "\(words): \(refused)")
            #expect(refused.errors.contains("does not exist"), "\(words): \(refused)")
        }
        #expect(try runtime("delete", "--force", "nobody") == Outcome(status: 0, output: "", errors: ""))
        let exec = try runtime("exec", "nobody", "true")
        #expect(exec.status == 255 && exec.errors.contains("does not exist"), "\(exec)")
    }
}
