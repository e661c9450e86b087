// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux
import OCI
import Testing

@testable import Engine

@Suite struct OuterContainerTests {
    @Test func whatIsMountedOverProcIsFound() {
        let table = """
            30 20 0:5 / /proc rw - proc proc rw
            31 30 0:5 /sys /proc/sys ro - proc proc ro
            32 30 0:6 / /proc/sys/fs/binfmt_misc rw - binfmt_misc none rw
            33 30 0:7 /null /proc/kcore rw - tmpfs tmpfs rw
            34 20 0:8 / /process rw - tmpfs tmpfs rw
            """
        #expect(OuterContainer.coveredPaths(Array(table.utf8)) == ["/proc/sys", "/proc/kcore"])
    }

    @Test func aMaskedProcNamesTheFlagOfEachEngine() {
        let finding = Doctor.kernelFiles(["/proc/sys", "/proc/kcore"])
        #expect(finding.level == .missing)
        #expect(finding.found == "masked or read-only: /proc/sys, /proc/kcore")
        for flag in ["--privileged", "--security-opt systempaths=unconfined (docker)", "unmask=ALL (podman)"] {
            #expect(finding.remedy.contains(flag))
        }
        #expect(Doctor.kernelFiles([]).level == .ok)
    }

    @Test func inAUserNamespaceTheIdsAreOfThoseThatItHas() throws {
        func range(_ map: String) throws -> SubordinateRange { try .standard(mapped: Array(map.utf8)) }
        #expect(try range("         0          0 4294967295\n") == .standard)
        #expect(try range("0 100000 200000\n") == SubordinateRange(start: 65536, count: 134_464))
        #expect(
            try range("0 1000 1\n1 100000 65536\n200000 300000 131072\n")
                == SubordinateRange(start: 200_000, count: 131_072))
        let error = try #require(throws: HostError.self) { try range("0 100000 65536\n") }
        #expect(error.code == .noIDs)
        #expect(error.description.contains("a user namespace that has 65536 ids, and none for containers"))
    }

    /// The number of a process of another boot or pid namespace is not looked for here.
    @Test func aProcessOfElsewhereIsNotBelieved() throws {
        var record = ContainerRecord(
            id: "1", name: "one", image: "busybox", imageID: "", command: [], created: "", labels: .null,
            state: .running(process: CurrentProcess.id, startTime: 7, since: "then"), details: .null)
        record.pipes = [1, 2]
        record.scope = ProcessScope.current
        let read = try #require(ContainerRecord(record.json))
        #expect(read.scope == ProcessScope.current)
        var here = read
        here.forgetProcess(unlessIn: ProcessScope.current)
        #expect(here == read)
        var elsewhere = read
        elsewhere.forgetProcess(unlessIn: ProcessScope.current + "0")
        #expect(elsewhere.state == .running(process: 0, startTime: 0, since: "then"))
        #expect(elsewhere.pipes.isEmpty)
        #expect(ProcessTimes.start(of: 0) == nil)
    }

    @Test func theScopeNamesBootAndNamespace() throws {
        let parts = ProcessScope.current.split(separator: " ")
        #expect(parts.count == 3)
        #expect(parts[0].count == 36)
        #expect(parts[1].hasPrefix("pid:["))
        #expect(ProcessTimes.start(of: 1).map { "\($0)" } == String(parts[2]))
    }

    /// Numbers of file systems without a disk are given again: what was true of one is not of the next.
    @Test(.enabled(if: CurrentProcess.effectiveUser == 0, "needs root"))
    func anAnswerIsOfAKindOfFileSystem() throws {
        let scratch = Scratch()
        let place = try FileSystemContext("tmpfs").mount([]).take()
        var trials = 0
        func ask() throws -> Bool {
            try FileSystemAnswer.kept("question", of: place, runRoot: scratch.path) { _ throws(SystemError) in
                trials += 1
                return true
            }
        }
        #expect(try ask() && ask())
        #expect(trials == 1)
        let kept = try Descriptor.open(scratch.path + "/host", [.directory])
        let name = try FileSystemAnswer.name(of: "question", place)
        let other = String(decoding: try kept.contents(of: name), as: UTF8.self).split(separator: " ").dropLast()
            .joined(separator: " ")
        try kept.replace(name, with: Array("\(other) 794c7630\nno\n".utf8), durable: false)
        #expect(try ask())
        #expect(trials == 2)
    }
}
