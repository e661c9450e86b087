// SPDX-License-Identifier: Apache-2.0
public import Linux

extension AuditSubject {
    /// The filters of system calls that a process has, as the kernel gave them back.
    public enum Filters: Hashable, Sendable {
        /// It has none: its calls are all let through.
        case none
        /// Its programs, the oldest first.
        case programs([SeccompFilter])
        /// They could not be read, and why.
        case untold(String)
    }

    /// Reads the programs of every process: each that has any stands still for an instant.
    mutating func readFilters() {
        var ended: Set<Int32> = []
        for index in members.indices {
            guard let filters = Self.filters(of: members[index]) else {
                ended.insert(members[index].id)
                continue
            }
            members[index].filters = filters
            // What one did not do in time the next one would be waited for as well.
            if filters == .untold(Self.late) { break }
        }
        // Of the first it is told at the end of all reading.
        let first = members[0].id
        members.removeAll { ended.contains($0.id) && $0.id != first }
    }

    private static let late = "it did not stand still in time: it waits for a device, or is frozen"

    /// nil where it has ended meanwhile.
    private static func filters(of member: Member) -> Filters? {
        switch member.status.value(of: "Seccomp") {
        case "0": return Filters.none
        case "1": return .untold("it may read, write and end alone: the strict mode of seccomp(2)")
        case "2": break
        default: return .untold("this kernel does not tell of filters")
        }
        do throws(SystemError) {
            guard let thread = try StoppedThread.stop(member.id) else { return nil }
            return .programs(try thread.filters())
        } catch {
            switch error.errno {
            case .noSuchProcess: return nil
            case .timedOut: return .untold(late)
            case .notPermitted: return .untold("another process traces it, or it is not this one's to trace")
            case .access: return .untold("the kernel shows filters to root alone, and to nobody behind one")
            default: return .untold("this kernel gives no filters back (\(error))")
            }
        }
    }
}

extension AuditSubject.Filters {
    /// What they let through; nil where they could not be read.
    var picture: SystemCallPicture? {
        switch self {
        case .none: SystemCallPicture(of: [])
        case .programs(let programs): SystemCallPicture(of: programs)
        case .untold: nil
        }
    }
}
