// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux
import Testing

@testable import Engine

@Suite struct IDRangesTests {
    private let root = Scratch()
    private var small: IDRanges {
        IDRanges(runRoot: root.path, range: SubordinateRange(start: 1_000_000, count: 3 * 65536))
    }

    @Test func aContainerGetsABlockThatNobodyElseHas() throws {
        let ranges = small
        let first = try ranges.allocate(for: "aaaa")
        let second = try ranges.allocate(for: "aaaa")
        #expect(first.map.extents.count == 1)
        #expect(first.map.extents[0].inside == 0 && first.map.extents[0].count == 65536)
        #expect(first.map != second.map)
        #expect(first.files == ["\(root.path)/ids/\(first.map.extents[0].outside)"])
        #expect(try ranges.taken() == [first.map.extents[0].outside: "aaaa", second.map.extents[0].outside: "aaaa"])
        try ranges.release(first)
        try ranges.release(first)
        #expect(try ranges.allocate(for: "aaaa") == first)
    }

    @Test func whenAllAreTakenTheErrorSaysByWhom() throws {
        let ranges = small
        for id in ["a", "b", "c"] { _ = try ranges.allocate(for: id) }
        let error = #expect(throws: HostError.self) { try ranges.allocate(for: "d") }
        #expect(error?.code == .idsExhausted)
        #expect(error?.description.contains("all 3 blocks of 65536 from 1000000 on are taken, by a, b, c") == true)
    }

    @Test func higherIdsOfAnImageHaveTheirPlaceInASecondBlock() throws {
        let allocation = try small.allocate(for: "x", further: [70000, 5, 4_294_967_294, 70001, 70000])
        let extents = allocation.map.extents
        #expect(extents.map(\.inside) == [0, 70000, 4_294_967_294])
        #expect(extents.map(\.count) == [65536, 2, 1])
        #expect(extents[2].outside == extents[1].outside + 2)
        #expect(allocation.files.count == 2)
        #expect(allocation.map.outside(of: 70001) == extents[1].outside + 1)
        #expect(allocation.map.outside(of: 70002) == nil)
        try small.release(allocation)
        #expect(try small.taken().isEmpty)
    }

    @Test func anIdThatDoesNotFitIsNamedAndNothingIsKept() throws {
        let scattered = (0..<340).map { UInt32(100_000 + 2 * $0) }
        let error = #expect(throws: HostError.self) { try small.allocate(for: "x", further: scattered) }
        #expect(error?.code == .id)
        #expect(error?.description.contains("the id 100678 has no place") == true)
        #expect(try small.allocate(for: "y", further: scattered.dropLast()).map.extents.count == 340)
        #expect(throws: HostError.self) { try small.allocate(for: "x", further: [UInt32.max]) }
        #expect(try small.taken().count == 2)
    }

    @Test func theStandardRangeMeetsNobodyElses() {
        let range = SubordinateRange.standard
        #expect(range.blocks == 2046)
        #expect(range.start > 2_000_200_000, "SSSD")
        #expect(range.start > 1_879_048_191, "systemd-nspawn")
        #expect(UInt64(range.start) + UInt64(range.count) == 2_147_352_576, "systemd's foreign range begins there")
    }

    @Test func theEntryOfSubuidIsTakenAndABadOneIsRefusedWithWhatToWrite() throws {
        func entry(_ text: String) throws -> SubordinateRange? {
            try SubordinateRange.entry(in: Array(text.utf8), file: "/etc/subuid")
        }
        #expect(try entry("alice:100000:65536\n") == nil)
        #expect(
            try entry("alice:100000:65536\nminibox:300000:131072\n") == SubordinateRange(start: 300000, count: 131072))
        for bad in ["minibox:0:65536", "minibox:100000:100", "minibox:x:1", "minibox:4294900000:100000", "minibox:1"] {
            let error = #expect(throws: HostError.self) { try entry(bad) }
            #expect(error?.code == .subordinateRange && error?.description.contains(bad) == true)
        }
        #expect(try SubordinateRange.ofHost(file: root.path + "/none") == .standard)
    }
}
