// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import ContainerRuntime

/// With cgroups of the tree that this process sees, and processes in them.
@Suite(.enabled(if: CurrentProcess.effectiveUser == 0 && (try? CgroupTree.find()) != nil, "needs root and cgroup2"))
struct CgroupTests {
    /// A cgroup of a test's own, which goes with it.
    private final class Place {
        let path: String
        private var programs: [Program] = []

        init(_ name: String) throws {
            path = try #require(try CgroupTree.find()).mount + "/minibox-\(name)-test-\(CurrentProcess.id)"
            _ = try CgroupDirectory.make(NewCgroup(path: path))
        }

        deinit {
            try? Cgroup.remove(path)
            // Whoever waits for any child would find these again and again.
            for program in programs { program.wait() }
        }

        /// A program in it, or in a cgroup below it, of so many processes.
        func start(_ words: String, below: String = "", processes: Int = 1) throws -> Int32 {
            // What it starts before it is moved would stay where it was.
            let wait = """
                moved() {
                    while read -r line; do case $line in 0::*\(path.split(separator: "/").last ?? "?")*) return 0 ;; esac; done \
                        </proc/$$/cgroup
                    return 1
                }
                until moved; do :; done

                """
            let program = HostProgram("/bin/sh", ["-c", wait + words], environment: ["PATH=/bin:/usr/bin"])
            let running = Program(try program.start(in: try Descriptor.open("/", [.directory])))
            programs.append(running)
            let directory = try Descriptor.open(path + below, [.directory])
            try directory.write("\(running.id)", to: "cgroup.procs")
            let end = Clock.monotonic + 60_000_000_000
            while try Descriptor.contents(of: path + below + "/cgroup.procs").count(where: { $0 == 0x0A }) < processes {
                try #require(Clock.monotonic < end, "\(words) has not started all")
            }
            return running.id
        }
    }

    private final class Program {
        private let running: RunningProgram
        init(_ running: consuming RunningProgram) { self.running = running }
        var id: Int32 { running.process.id }
        func wait() { _ = try? running.process.wait() }
    }

    @Test func frozenProcessesAreKilledAndTheirCgroupsRemoved() throws {
        let place = try Place("freeze")
        let id = try place.start("exec sleep 600")
        let cgroup = try Cgroup(opening: place.path)
        let processes = try cgroup.processes()
        #expect(processes == [id])
        let before = (cgroup.isPopulated(), cgroup.isFrozen())
        #expect(before == (true, false))
        try cgroup.freeze()
        let held = cgroup.isFrozen()
        try cgroup.thaw()
        let after = cgroup.isFrozen()
        #expect(held && !after)
        try cgroup.freeze()
        try Cgroup.remove(place.path)
        let error = #expect(throws: CgroupError.self) { _ = try Cgroup(opening: place.path) }
        #expect(error?.code == .missing)
        try Cgroup.remove(place.path)
        let isEmpty = try cgroup.waitUntilEmpty(Deadline(milliseconds: 100))
        #expect(isEmpty, "one that is gone is empty")
    }

    @Test func nestedCgroupsGoWithTheirs() throws {
        let place = try Place("nested")
        // Deeper than a process has descriptors.
        let depth = 1200
        var here = try Descriptor.open(place.path, [.directory])
        for _ in 0..<depth {
            try here.makeDirectory("n")
            here = try here.open("n", [.directory])
        }
        let group = try Descriptor.open(place.path, [.directory])
        try group.makeDirectory("other")
        let id = try place.start("sleep 600 & exec sleep 600", below: "/other", processes: 2)
        let cgroup = try Cgroup(opening: place.path)
        let processes = try cgroup.processes()
        #expect(processes.contains(id))
        try Cgroup.remove(place.path)
        #expect(throws: SystemError.self) { _ = try Descriptor.open(place.path, .path) }
    }

    @Test func aSignalReachesEveryProcess() throws {
        let place = try Place("signal")
        _ = try place.start("sleep 601 & sleep 602 & exec sleep 600", processes: 3)
        let cgroup = try Cgroup(opening: place.path)
        try cgroup.send(.terminate)
        let (isEmpty, isFrozen) = (try cgroup.waitUntilEmpty(Deadline(milliseconds: 60_000)), cgroup.isFrozen())
        #expect(isEmpty && !isFrozen)
    }

    @Test func whoeverWaitsForMemoryIsToldOfTheEnd() throws {
        // One that does not end, and one that ends by itself: which may be before anybody waits for it.
        let (lasting, ending) = (try Place("lasting"), try Place("ending"))
        _ = try lasting.start("exec sleep 600")
        _ = try ending.start("exec sleep 0.2")
        let first = try Cgroup(opening: lasting.path)
        let second = try Cgroup(opening: ending.path)
        let changes = [
            try first.waitForChange(since: 0, Deadline(milliseconds: 10)),
            try second.waitForChange(since: 0, Deadline(milliseconds: 60_000)),
        ]
        #expect(changes == [.nothing, .empty])
        let kills = [first.outOfMemoryKills(), second.outOfMemoryKills()]
        #expect(kills == [0, 0])
    }

    @Test func oneThatIsThereIsTakenIfNothingIsInIt() throws {
        let place = try Place("reuse")
        #expect(throws: StepError.self) { _ = try CgroupDirectory.make(NewCgroup(path: place.path)) }
        let new = NewCgroup(path: place.path, takesExisting: true)
        _ = try CgroupDirectory.make(new)
        _ = try place.start("exec sleep 600")
        let error = #expect(throws: StepError.self) { _ = try CgroupDirectory.make(new) }
        #expect(error?.detail?.contains("1 process(es) found") == true)
        let cgroup = try Cgroup(opening: place.path)
        try cgroup.kill()
        _ = try cgroup.waitUntilEmpty()
        try cgroup.freeze()
        #expect(throws: StepError.self) { _ = try CgroupDirectory.make(new) }
    }

    @Test func theOwnerOfADelegatedOneMayMakeOthersBelow() throws {
        let place = try Place("delegate")
        let directory = try Descriptor.open(place.path, [.directory])
        try Cgroup.delegate(directory, to: 4711)
        #expect(try directory.status().user == 4711)
        #expect(try directory.status().group == 0)
        for file in ["cgroup.procs", "cgroup.subtree_control"] { #expect(try directory.status(of: file).user == 4711) }
        for file in ["cgroup.freeze", "cgroup.max.depth"] { #expect(try directory.status(of: file).user == 0) }
    }

    @Test func whatCannotBeSetIsToldWithWhatWas() throws {
        let place = try Place("update")
        let cgroup = try Cgroup(opening: place.path)
        var resources = RuntimeConfiguration.Resources()
        resources.unified = [.init(key: "cgroup.max.depth", value: "3"), .init(key: "absent.max", value: "1")]
        let error = #expect(throws: CgroupError.self) { try cgroup.update(resources) }
        #expect(error?.code == .refused)
        #expect(error?.description.contains("set before it: cgroup.max.depth") == true)
        #expect(error?.description.contains("no absent controller") == true)
        resources.unified = [.init(key: "cgroup.max.depth", value: "4")]
        try cgroup.update(resources)
        #expect(try Descriptor.contents(of: place.path + "/cgroup.max.depth") == Array("4\n".utf8))
    }

    @Test func statisticsAreThereWithoutControllers() throws {
        let place = try Place("statistics")
        let id = try place.start("exec sleep 600")
        let data = try Cgroup(opening: place.path).statistics(process: id).json
        #expect(data["cpu"]?["usage"]?["user"] != nil)
        #expect(data["network_interfaces"]?.array != nil)
    }

    @Test func aProcessThatWaitsInTheKernelIsNamed() throws {
        let stat = Array("77 (a (b) c) D 1 77 77 0 -1".utf8)
        let state = try #require(ProcessState(process: 77, stat: stat, place: Array("folio_wait_bit".utf8)))
        #expect(state.name == "a (b) c" && state.isUninterruptible)
        #expect("\(state)".hasPrefix("process 77 (a (b) c) waits in the kernel, in folio_wait_bit, for something"))
        let sleeping = try #require(ProcessState(process: 7, stat: Array("7 (x) S 1".utf8), place: Array("0".utf8)))
        #expect("\(sleeping)" == "process 7 (x, state S) is still in it")
        #expect(ProcessState(process: 7, stat: Array("7 x S".utf8), place: []) == nil)
    }
}
