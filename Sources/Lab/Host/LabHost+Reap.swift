// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// What commands had left that were killed.
public struct LabRemains: Hashable, Sendable {
    /// The lab hosts that are gone now, by their names.
    public var gone: [String] = []
    /// What could not be taken away, a line each.
    public var left: [String] = []
}

extension LabHost {
    /// Takes away what commands have left that were killed. What it cannot take away stops nobody: it is told.
    public static func reap(in places: LabPlaces) -> LabRemains {
        var remains = LabRemains()
        for host in all(in: places) {
            if host.name.hasPrefix(".") {
                host.removeClaim(&remains)
                continue
            }
            // It may be gone by now, and another one of its name there: each arm of a check has one after the other.
            guard let directory = try? Descriptor.open(host.directory, [.directory]) else { continue }
            let state = Self.state(in: directory)
            guard host.isStill(directory) else { continue }
            if let state {
                if ProcessTimes.start(of: state.owner) == state.ownerStart { continue }
                if state.isKept, host.isRunning { continue }
            }
            do throws(LabError) {
                let leaks = try host.stop()
                remains.gone.append(host.name)
                remains.left += leaks.map { "of \(host.name): \($0)" }
            } catch {
                // Another command may have been faster.
                if Programs.isThere(host.directory) { remains.left.append("\(host.name): \(error)") }
            }
        }
        do throws(LabError) { try reapStores(in: places) } catch { remains.left.append("\(error)") }
        return remains
    }

    /// Whether a directory that was opened has its name yet.
    private func isStill(_ directory: borrowing Descriptor) -> Bool {
        guard let opened = try? directory.status(), let named = try? Descriptor.open(self.directory, .path).status()
        else { return false }
        return opened.inode == named.inode
    }

    /// A claim that is not made yet, or never will be.
    private func removeClaim(_ remains: inout LabRemains) {
        let owner = name.split(separator: ".").last.flatMap { Int32($0) } ?? 0
        guard ProcessTimes.start(of: owner) == nil else { return }
        do {
            try LabPlaces.make(places.hosts).removeTree(name)
            remains.gone.append(name)
        } catch {
            remains.left.append("\(directory): \(error)")
        }
    }
}
