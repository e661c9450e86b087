// SPDX-License-Identifier: Apache-2.0
import Linux
import OCI
import Testing

@testable import ContainerRuntime

@Suite struct SpecificationTests {
    private func specification(
        identity: Identity = .root, filter: SeccompRules? = nil,
        _ change: (inout ContainerConfiguration) -> Void = { _ in }
    ) throws -> RuntimeConfiguration {
        try ContainerConfiguration.usual(change).specification(
            SpecificationContext(identity: identity, filter: filter, cgroupMount: "/sys/fs/cgroup")
        ).document
    }

    @Test func whatIsWrittenIsReadAgain() throws {
        let document = try specification { $0.process.streams = .terminal(rows: 24, columns: 80) }
        let read = try RuntimeConfiguration(parsing: document.json.bytes())
        #expect(read == document)
        #expect(read.process?.consoleSize == RuntimeConfiguration.ConsoleSize(height: 24, width: 80))
        #expect(read.linux.cgroupsPath == "/minibox/c" && read.linux.uidMappings.first?.hostID == 100_000)
        #expect(read.linux.devices.isEmpty && read.process?.env.contains("HOME=/root") == true)
    }

    @Test func limitsAreTheSameFilesAgain() throws {
        let settings = [
            ("memory.max", "67108864"), ("memory.swap.max", "16777216"), ("memory.low", "1048576"),
            ("cpu.max", "50000 100000"), ("cpu.weight", "59"), ("cpuset.cpus", "0-1"), ("pids.max", "30"),
            ("io.max", "8:0 rbps=1048576"), ("io.max", "8:16 wiops=5"),
        ].map { CgroupSetting(file: $0.0, value: $0.1) }
        for part in [settings, Array(settings.prefix(1)), [CgroupSetting(file: "pids.max", value: "max")], []] {
            let document = try specification { $0.cgroup.settings = part }
            let read = try ResourceSettings(try #require(document.linux.resources)).settings
            #expect(Set(read.map { "\($0.file) \($0.value)" }) == Set(part.map { "\($0.file) \($0.value)" }))
        }
    }

    @Test func whoIsNotRootHasNoCapabilitiesButTheBound() throws {
        let sets = try specification(identity: Identity(user: 5, group: 6, groups: [6, 7], home: "/x")).process?
            .capabilities
        #expect(sets?.bounding.count == 11 && sets?.effective.isEmpty == true && sets?.permitted.isEmpty == true)
        #expect(try specification().process?.capabilities?.effective.count == 11)
    }

    @Test func mountsComeInTheirOrder() throws {
        let document = try specification { configuration in
            configuration.mounts = [
                MountRequest(source: .tmpfs(options: ["size=1m"]), target: "/a/b", attributes: [.noExecute]),
                MountRequest(
                    source: .bind(
                        path: "/srv", isDirectory: true, isRecursive: true, isMapped: true, propagation: .private),
                    target: "/a", attributes: .readOnly),
            ]
        }
        let last = document.mounts.suffix(2)
        #expect(last.map(\.destination) == ["/a", "/a/b"])
        #expect(last.first?.options == ["rbind", "rro", "ridmap", "rprivate"])
        #expect(last.last?.options == ["noexec", "size=1m"])
    }

    /// What a runtime makes of the written filter answers as the filter itself does, for each call and for the arguments
    /// that make a difference.
    @Test(arguments: [CapabilitySet.usual, .usual.union(.sysAdmin)])
    func theFilterAnswersAlike(bounding: CapabilitySet) throws {
        let rules = SeccompProfile.standard.rules(bounding: bounding, kernel: KernelVersion(0, 0))
        var notes: [String] = []
        let written = try SeccompProfile(resolved: try rules.specification(notes: &notes)).rules(
            bounding: .named, kernel: KernelVersion(0, 0))
        let (one, other) = (try SeccompRanges.compile(rules), try SeccompRanges.compile(written))
        let values: [UInt64] = [0, 1, 2, 8, 38, 40, 44, 46, 0x5401, 0x5412, 0x541c, 0x20008, 0x7e02_0000, 0xffff_ffff]
        for number in UInt32(0)..<480 {
            for first in values {
                for second in [0, 0x5412, 0x541c, 0x5401] as [UInt64] {
                    let call = SystemCall(number, [first, second])
                    #expect(
                        one.answer(to: call)?.action == other.answer(to: call)?.action, "\(number) \(first) \(second)")
                }
            }
        }
        #if arch(x86_64)
            #expect(notes.count == 1)
        #endif
    }
}
