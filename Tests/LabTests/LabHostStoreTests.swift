// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Lab

/// Stores of lab hosts on the machine's disk, which kernels before Linux 6.3 need.
@Suite struct LabHostStoreTests {
    private func withPlaces(_ body: (LabPlaces, String) throws -> Void) throws {
        let folder = FileManager.default.temporaryDirectory.path + "/lab-stores-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try body(LabPlaces(root: folder + "/root", runRoot: folder + "/run"), folder + "/root/lab/stores")
    }

    private func make(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path + "/images", withIntermediateDirectories: true)
    }

    @Test func oneWithoutItsLabHostIsRemoved() throws {
        try withPlaces { places, stores in
            let lost = LabHost(name: "10-weak", places: places)
            let living = LabHost(name: "39-default", places: places)
            // Another lab has the same disk, and run directories of its own.
            let other = LabHost(name: "10-weak", places: LabPlaces(root: "/", runRoot: "/elsewhere"))
            for host in [lost, living, other] { try make("\(stores)/\(host.runtimeID)") }
            try make(living.directory)
            try LabHost.reapStores(in: places)
            let names = try FileManager.default.contentsOfDirectory(atPath: stores)
            #expect(Set(names) == [living.runtimeID, other.runtimeID])
        }
    }

    @Test func whereThereAreNoneNothingIsMade() throws {
        try withPlaces { places, stores in
            try LabHost.reapStores(in: places)
            #expect(!FileManager.default.fileExists(atPath: stores))
        }
    }
}
