// SPDX-License-Identifier: Apache-2.0
import Foundation
import Testing

@testable import Builds

/// What was made so that something could be mounted is no part of a layer.
@Suite struct MountPointTests {
    @Test(arguments: ["/new/place", "/new/\u{301}place", "/new\u{600}/place"])
    func `places that were made for mounts go, with the directories above them`(target: String) throws {
        let directory = NSTemporaryDirectory() + "minibox-mounts-" + UUID().uuidString
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for name in ["layer/kept", "upper/kept", "upper" + target] {
            try FileManager.default.createDirectory(
                atPath: "\(directory)/\(name)", withIntermediateDirectories: true)
        }
        try MountPoints.remove([target, "/kept"], from: directory + "/upper", above: [directory + "/layer"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: directory + "/upper") == ["kept"])
    }
}
