// SPDX-License-Identifier: Apache-2.0
import Foundation
import OCI
import TestSupport
import Testing

/// What the probe sees from inside, and that it changes nothing.
@Suite(.commands, .box) struct ProbeTests {
    static let probe = URL(fileURLWithPath: TestMachine.program).deletingLastPathComponent().path + "/minibox-probe"

    /// What `words` observe in a container with `flags`: the results, by what they are of.
    private func results(_ flags: [String], _ words: [String]) throws -> [String: String] {
        let inside = try box().run(
            ["run", "--rm", "-v", "\(Self.probe):/.minibox/probe:ro"] + flags + ["busybox", "/.minibox/probe"] + words)
        #expect(inside.status == 0, "\(inside)")
        return try Self.results(of: inside)
    }

    private static func results(of outcome: Outcome) throws -> [String: String] {
        var results: [String: String] = [:]
        for line in outcome.lines {
            let json = try JSON(parsing: line)
            results[json["what"]?.string ?? json["probe"]?.string ?? ""] = json["result"]?.string ?? ""
        }
        return results
    }

    @Test func aDefaultContainerIsRefusedWhatAPrivilegedOneIsNot() throws {
        let inside = try results([], ["reach"])
        let privileged = try results(["--privileged", "--userns", "host"], ["reach"])
        #expect(inside.count >= 50 && inside.keys == privileged.keys)
        // Capabilities, with and without a filter.
        for call in [
            "adjtimex", "reboot", "sethostname", "unshare-mnt", "fsopen", "open_tree", "mount", "pivot_root", "swapon",
            "fanotify_init", "bpf-map", "bpf-program", "syslog", "perf_event_open", "open_by_handle_at",
            "socket-packet",
            "socket-raw", "mknod", "receive-buffer", "real-time",
        ] {
            #expect(inside[call] == "EPERM", "\(call)")
            #expect(privileged[call] != "EPERM", "\(call)")
        }
        // The filter alone.
        for call in [
            "unshare-user", "clone-user", "keyctl", "add_key", "request_key", "io_uring_setup", "socket-vsock", "kcmp",
            "pidfd_getfd", "personality",
        ] {
            #expect(inside[call] == "EPERM", "\(call)")
            #expect(privileged[call] != "EPERM", "\(call)")
        }
        // The C library tries clone3 first, and goes on where there is none.
        #expect(inside["clone3"] == "ENOSYS" && privileged["clone3"] == "OK")
        for call in ["socket-netlink", "ptrace-traceme", "process_vm_readv", "fchown", "setresuid", "bind-low"] {
            #expect(inside[call] == "OK" && privileged[call] == "OK", "\(call)")
        }
        // It asks, and asks again: the same.
        #expect(try results([], ["reach"]) == inside)
    }

    @Test func nothingOfTheMachineIsChanged() throws {
        // Others change the number of cgroups, the users of a module and what is in /tmp meanwhile.
        let state = """
            hostname; cat /proc/self/mountinfo /proc/sys/kernel/domainname; cut -d ' ' -f 1 /proc/swaps /proc/modules 2>&1
            cut -f 1,2 /proc/cgroups; ls -A / /tmp /dev/shm | grep minibox-probe
            """
        let box = try box()
        let before = try box.shell(state)
        let asked = try box.shell("\(Self.probe) reach; \(Self.probe) release-agent --open-only")
        #expect(try Self.results(of: asked).count >= 50)
        #expect(try box.shell(state).output == before.output)
    }

    @Test func filesAreOpenedAndNotWritten() throws {
        let paths = ["/proc/sys/kernel/core_pattern", "/proc/timer_list", "/etc/passwd"]
        let inside = try results([], ["open", "rw"] + paths)
        // Its own users are nobody to the file; to the host's the mount is read-only.
        #expect(["EACCES", "EROFS"].contains(inside["w:/proc/sys/kernel/core_pattern"]))
        #expect(["MASKED", "EACCES", "ENOENT"].contains(inside["w:/proc/timer_list"]))
        #expect(inside["r:/etc/passwd"] == "OK" && inside["w:/etc/passwd"] == "OK")
    }

    @Test func aContainerHasItsOwnProcessesAndNoDescriptorOfOthers() throws {
        #expect(try results([], ["fds"]) == ["fds": "OK"])
        #expect(try results([], ["ptr", "4000000"])["seize"] == "ESRCH")
        #expect(try results(["--cap-drop", "SYS_CHROOT"], ["chrootesc", "/etc/passwd"]) == ["chrootesc": "EPERM"])
        let inside = try box().run(
            [
                "run", "--rm", "-v", "\(Self.probe):/.minibox/probe:ro", "busybox", "/.minibox/probe", "chrootesc",
                "/etc/passwd",
            ])
        #expect(inside.output.contains("\"outside\":false"), "\(inside)")
    }

    @Test func whatUsesUpAMachineHasABound() throws {
        for words in [
            "forks 501", "mem 513", "burn 10001", "fill /tmp 513", "psi-send 1 2001", "exes 20001", "nothing",
            "pty-send 10101010101010101", "pty-recv 17", "fd-hand /tmp/socket / 601", "fd-take /tmp/socket 601 x",
        ] {
            #expect(try box().shell("\(Self.probe) \(words)").status == 2, "\(words)")
        }
        #expect(try Self.results(of: box().shell("\(Self.probe) forks 20")) == ["forks": "OK"])
        #expect(try Self.results(of: box().shell("\(Self.probe) mem 8")) == ["mem": "OK"])
    }

    @Test func pagesThatWereReadAreKnown() throws {
        let file = try box().folder + "/pages"
        let seen = try box().shell(
            "truncate -s 32k \(file) && \(Self.probe) touch \(file) 1 6 && \(Self.probe) resid \(file) && rm \(file)")
        let maps = try seen.lines.compactMap { try JSON(parsing: $0)["map"]?.string }
        #expect(maps.first == "01000010", "\(seen)")
        #expect(try box().shell("\(Self.probe) touch /etc/passwd 999").output.contains("EINVAL"))
    }

    @Test func whoIsHandedADirectoryLooksAboveIt() throws {
        let folder = try box().folder
        try FileManager.default.createDirectory(atPath: folder + "/inner", withIntermediateDirectories: true)
        try Data("FLAG{above}".utf8).write(to: URL(fileURLWithPath: folder + "/above"))
        let seen = try box().shell(
            """
            \(Self.probe) fd-hand \(folder)/socket \(folder)/inner 60 >\(folder)/ready & hander=$!
            until [ -s \(folder)/ready ]; do sleep 0.05; done
            \(Self.probe) fd-take \(folder)/socket 0 ../above none; kill $hander; wait $hander
            \(Self.probe) fd-take \(folder)/nobody 0 ../above
            """)
        #expect(seen.output.contains("FLAG{above}"), "\(seen)")
        let results = try Self.results(of: seen)
        #expect(results["../above"] == "OK" && results["none"] == "ENOENT" && results["fd-take"] == "ENOENT", "\(seen)")
    }

    @Test func theRuntimeWithFaultsRunsInTheLabAlone() throws {
        let refused = try box().shell("\(TestMachine.top)/Sources/naivebox/naivebox run / true")
        #expect(refused.status == 125)
        #expect(refused.errors.contains("in a lab host alone"))
    }
}
