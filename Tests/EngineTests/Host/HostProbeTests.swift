// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux
import Testing

@testable import Engine

@Suite struct HostProbeTests {
    private let root = Scratch()

    @Test(.enabled(if: CurrentProcess.effectiveUser == 0, "needs root"))
    func factsAreThoseOfThisProcess() throws {
        let tree = try CgroupTree.find()
        let facts = try HostProbe.facts(runRoot: root.path, tree: tree, limits: [.openFiles])
        let sets = try ProcessCapabilities.current()
        #expect(facts.capabilities == sets.permitted.intersection(sets.bounding))
        #expect(facts.knownCapabilities == ProcessCapabilities.knownToKernel())
        #expect(facts.limits.map(\.limit) == [try ResourceLimit.current(.openFiles)])
        #expect(facts.controllers == tree?.controllers ?? [])
        #expect(try HostProbe.facts(runRoot: root.path, tree: nil).limits.isEmpty)
    }

    @Test(.enabled(if: CurrentProcess.effectiveUser == 0, "needs root"))
    func theAnswerAboutOverlayfsIsKeptForTheKernelItIsTrueOf() throws {
        let kernel = try KernelRelease.current()
        let answer = try OverlayProbe.takesDescriptors(runRoot: root.path, kernel: kernel)
        if kernel.isAtLeast(6, 15) { #expect(answer) }
        let directory = try Descriptor.open(root.path + "/host", [.directory])
        #expect(try directory.entries() == [OverlayProbe.fileName], "the directories of the trial are gone")
        let other = answer ? "names" : "descriptors"
        let kept = "\(kernel.release) \(kernel.version)\n\(other)\n"
        try directory.replace(OverlayProbe.fileName, with: Array(kept.utf8), durable: false)
        #expect(try OverlayProbe.takesDescriptors(runRoot: root.path, kernel: kernel) != answer, "it was read")
        let later = KernelRelease(release: "9.9.9", version: "#1")
        #expect(try OverlayProbe.takesDescriptors(runRoot: root.path, kernel: later) == answer, "it was tried again")
    }

    @Test(.enabled(if: CurrentProcess.effectiveUser == 0, "needs root"))
    func whetherOwnersCanBeMappedIsKeptPerFileSystem() async {
        await #expect(processExitsWith: .success) {
            let root = Scratch()
            func works(_ directory: String) throws -> Bool {
                try MappedMountProbe.works(on: directory, runRoot: root.path, range: .standard)
            }
            #expect(try works("/proc") == false, "a file system of the kernel's own")
            let run = try Descriptor.open(root.path + "/host", [.directory])
            let kept = try run.entries()
            #expect(kept.count == 1)
            let text = String(decoding: try run.contents(of: kept[0]), as: UTF8.self)
            #expect(text.hasSuffix("\nno\n"))
            try run.replace(kept[0], with: Array((text.dropLast(3) + "yes\n").utf8), durable: false)
            #expect(try works("/proc"), "it was read")
            _ = try works(root.path)
            #expect(try run.entries().count == 2)
        }
    }

    @Test func aReleaseIsComparedByItsFirstTwoNumbers() {
        let release = KernelRelease(release: "5.19.0-rc1-amd64", version: "")
        #expect(release.isAtLeast(5, 19) && release.isAtLeast(5, 4) && release.isAtLeast(4, 20))
        #expect(!release.isAtLeast(5, 20) && !release.isAtLeast(6, 1))
        #expect(!KernelRelease(release: "next", version: "").isAtLeast(0, 0))
    }

    @Test func processorsAreCountedUpToTheHighest() {
        #expect(ProcessorCount.count(in: Array("0\n".utf8)) == 1)
        #expect(ProcessorCount.count(in: Array("0-3,5\n".utf8)) == 6)
        #expect(ProcessorCount.count(in: Array("0-127\n".utf8)) == 128)
        #expect(ProcessorCount.present() >= 1)
    }
}
