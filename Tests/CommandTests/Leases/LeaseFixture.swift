// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// What a lease leaves, and the processes that are about it.
extension Box {
    /// A process that owns a lease; it ends with the test.
    func owner() throws -> RunningProgram {
        let owner = try RunningProgram(["/bin/sleep", "1000"], environment: environment)
        atEnd { owner.stop() }
        return owner
    }

    /// The processes that keep leases of this root: they have its file open.
    func keepers() -> [Int32] {
        let files = FileManager.default
        return ((try? files.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap(Int32.init).filter { process in
            let numbers = (try? files.contentsOfDirectory(atPath: "/proc/\(process)/fd")) ?? []
            return numbers.contains {
                let target = (try? files.destinationOfSymbolicLink(atPath: "/proc/\(process)/fd/\($0)")) ?? ""
                return target.hasPrefix(root + "/leases/") && target.hasSuffix("/keeper")
            }
        }
    }

    /// What there is of containers, volumes and leases, seen without a command, which would tidy up.
    func leasedThings() -> [String] {
        var things: [String] = []
        for folder in ["\(root)/containers", "\(runRoot)/containers", "\(root)/volumes", "\(root)/leases"] {
            for name in (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
            where ![".gate", ".holders", ".staging"].contains(name) && !name.hasSuffix(".lock") {
                things.append("\(folder)/\(name)")
            }
        }
        return things
    }

    /// Whether all of it goes, without the help of another command.
    func isEmptySoon(seconds: Double = 10) -> Bool { Clock.wait(seconds: seconds) { leasedThings().isEmpty } }
}
