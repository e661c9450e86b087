// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite("The store of the runtime")
struct LifeCycleStoreTests {
    /// A directory that goes with the test.
    func scratch(_ body: (String) throws -> Void) throws {
        let name = "minibox-lifecycle-\(Clock.monotonic)"
        let parent = try Descriptor.open("/tmp", [.directory])
        try parent.makeDirectory(name, mode: 0o700)
        defer { try? parent.removeTree(name) }
        try body("/tmp/\(name)")
    }

    func state(_ id: ContainerID, process: Int32 = CurrentProcess.id) -> ContainerState {
        ContainerState(
            id: id, process: process, startTime: ProcessTimes.start(of: process) ?? 0, bundle: "/b",
            rootFileSystem: "/b/rootfs", created: "2026-11-21T03:00:00Z", owner: 0,
            annotations: JSON.Object([("a", "b")]), cgroup: nil, namespaces: [.mount, .pid])
    }

    @Test("a container that is removed between the look and the lock is not found")
    func removedMeanwhile() throws {
        try scratch { path in
            let store = try RuntimeStore(root: path)
            let id = try ContainerID("a")
            try store.claim(id).remove()
            var late = try store.claim(id)
            try late.remove()
            let error = #expect(throws: RuntimeError.self) { try late.lock() }
            #expect(error?.code == .notFound)
        }
    }

    @Test("ids that runc and crun take", arguments: ["a", "_", "+x", "-x", "a.b", "A-1_2+3.4"])
    func id(_ text: String) throws { #expect(try ContainerID(text).text == text) }

    @Test(
        "ids that could lead out, or hide",
        arguments: ["", ".", "..", ".a", "a/b", "a b", "a\0", "ä", "a\n", String(repeating: "a", count: 256)])
    func badID(_ text: String) {
        let error = #expect(throws: RuntimeError.self) { try ContainerID(text) }
        #expect(error?.message == "invalid container ID format")
    }

    @Test("the host's root is no store", arguments: ["/", "//", "/.", "/run/..", ""])
    func root(_ path: String) { #expect(throws: RuntimeError.self) { try RuntimeStore(root: path) } }

    @Test("an id is taken once")
    func claim() throws {
        try scratch { path in
            let store = try RuntimeStore(root: path + "/deep/root")
            let id = try ContainerID("one")
            let container = try store.claim(id)
            #expect(try Descriptor.open(container.path, [.path]).status().permissions == 0o700)
            let error = #expect(throws: RuntimeError.self) { _ = try store.claim(id) }
            #expect(error?.message == "container with given ID already exists")
            try container.remove()
            let missing = #expect(throws: RuntimeError.self) { _ = try store.find(id) }
            #expect(missing?.message == "container does not exist")
        }
    }

    @Test("a store that others can write to is refused")
    func writable() throws {
        try scratch { path in
            try Descriptor.open(path, [.directory]).setPermissions(0o777)
            #expect(throws: RuntimeError.self) { _ = try RuntimeStore(root: path).claim(try ContainerID("a")) }
        }
    }

    @Test("what is written of a state is read again")
    func stateRoundTrip() throws {
        try scratch { path in
            let id = try ContainerID("one")
            let container = try RuntimeStore(root: path).claim(id)
            #expect(try container.state() == nil)
            let state = state(id)
            try container.announce(state)
            #expect(try container.state() == nil, "it is being made")
            #expect(container.announced() == state)
            try container.settle()
            #expect(try container.state() == state)
            #expect(state.isAlive)
            #expect(container.status(of: state) == .running)
            try container.directory.makeNode(ContainerDirectory.File.gate, mode: 0o010600)
            #expect(container.status(of: state) == .running, "nobody waits at the gate")
            let waiting = try container.directory.open(ContainerDirectory.File.gate, [.readWrite])
            #expect(container.status(of: state) == .created)
            _ = consume waiting
        }
    }

    @Test("a number that another process has now is no container")
    func reusedNumber() throws {
        var state = state(try ContainerID("one"))
        state.startTime += 1
        #expect(!state.isAlive)
    }

    @Test("a damaged state says how to be rid of it")
    func damaged() throws {
        try scratch { path in
            let container = try RuntimeStore(root: path).claim(try ContainerID("one"))
            try container.directory.replace("state.json", with: Array("{".utf8), durable: false)
            let error = #expect(throws: RuntimeError.self) { _ = try container.state() }
            #expect(error?.message.hasSuffix("remove it with 'delete --force one'") == true)
        }
    }

    @Test("a container without a state has stopped when nobody is making it")
    func halfMade() throws {
        try scratch { path in
            let runtime = Runtime(store: try RuntimeStore(root: path))
            let id = try ContainerID("one")
            try Descriptor.open(path, [.directory]).makeDirectory("one", mode: 0o700)
            #expect(try runtime.report(id).status == .stopped)
            #expect(try runtime.reports().map(\.id) == ["one"])
        }
    }

    @Test("a journal's last line counts only with its end")
    func journal() throws {
        try scratch { path in
            let directory = try Descriptor.open(path, [.directory])
            try Journal.write([.removeFile(path: "/a b"), .removeCgroup(path: "/c")], in: directory)
            #expect(Journal.read(in: directory) == [.removeFile(path: "/a b"), .removeCgroup(path: "/c")])
            try directory.replace("journal", with: Array("file /a\ntree /ru".utf8), durable: false)
            #expect(Journal.read(in: directory) == [.removeFile(path: "/a")])
            // To Swift, a slash with an accent is another character than a slash.
            let accented: [Undo] = [
                .removeTree(path: "/\u{301}run/x"), .removeCgroup(path: "/\u{301}"), .removeFile(path: "/é \u{301}"),
                .removeLink(path: "/\u{301}run/net", owner: "net:[4]"),
            ]
            try Journal.write(accented, in: directory)
            #expect(Journal.read(in: directory) == accented)
        }
    }

    @Test("a pid file is there whole, also where a write was cut off before")
    func pidFile() throws {
        try scratch { path in
            try Descriptor.open(path, [.directory]).replace(".pid", with: [1], durable: false)
            try ProcessIDFile.write(42, to: path + "/pid")
            #expect(try Descriptor.contents(of: path + "/pid") == Array("42".utf8))
            #expect(try Descriptor.open(path, [.directory]).entries() == ["pid"])
        }
    }
}
