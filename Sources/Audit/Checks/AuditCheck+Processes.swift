// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditCheck {
    /// A31 to A33, A49: what its processes hold of the host. proc_pid_fd(5), proc_pid_fdinfo(5).
    static let processes: [AuditCheck] = [
        AuditCheck(
            "A31", .processes, .high, "no process holds a file of the host's open",
            advice:
                "a descriptor leaked into it (CVE-2024-21626): end the container, and start it with a mended runtime"
        ) { subject in
            let known = Set(subject.mounts.map(\.id))
            let found = subject.members.flatMap { member in
                member.files.filter { $0.isOfAFileSystem && !known.contains($0.mount) }.map {
                    "\(member.words) \($0.number) \($0.link)"
                }
            }
            return found.isEmpty
                ? .stands("all open files are of its own mounts")
                : .open(
                    found.prefix(4).joined(separator: ", ") + (found.count > 4 ? " and \(found.count - 4) more" : ""))
        },
        AuditCheck(
            "A32", .processes, .high, "every process stands in its own files",
            advice: "its working directory, root or program is outside: end that process"
        ) { subject in
            let known = Set(subject.mounts.map(\.id))
            var untold = false
            var outside: [String] = []
            for member in subject.members {
                for (place, mount) in member.places.sorted(by: { $0.key < $1.key }) {
                    guard let mount else {
                        untold = true
                        continue
                    }
                    // A program that was sealed in memory is on no mount (memfd_create(2)): that is another check.
                    if !known.contains(mount), !member.executable.hasPrefix("/memfd:") || place != "exe" {
                        outside.append("\(place) of \(member.words)")
                    }
                }
            }
            if !outside.isEmpty { return .open(outside.joined(separator: ", ")) }
            return untold ? .untold("the kernel did not let all be asked for") : .stands("cwd, root and exe of all")
        },
        AuditCheck(
            "A33", .processes, .medium, "every process runs a program that is a file",
            advice: "look at what it is: a program in memory alone, or deleted while it runs, hides"
        ) { subject in
            // minibox's own process 1 is one that is sealed in memory.
            let odd = subject.members.filter {
                !$0.executable.hasPrefix("/memfd:minibox-init")
                    && ($0.executable.hasPrefix("/memfd:") || $0.executable.hasSuffix(" (deleted)"))
            }
            return odd.isEmpty
                ? .stands("all of \(subject.members.count)")
                : .open(odd.map { "\($0.words) runs \($0.executable)" }.joined(separator: ", "))
        },
        AuditCheck(
            "A49", .processes, .low, "is not spared when memory runs out",
            advice: "leave out --oom-score-adj with a negative number"
        ) { subject in
            let spared = subject.members.filter { $0.oomScore < 0 }
            return spared.isEmpty
                ? .stands("oom_score_adj is 0 or more")
                : .open(spared.map { "\($0.words) \($0.oomScore)" }.joined(separator: ", "))
        },
    ]
}

extension AuditSubject.OpenFile {
    /// Pipes, sockets and what has no file are of no mount that anybody sees.
    var isOfAFileSystem: Bool {
        link.utf8.first == UInt8(ascii: "/") && !link.hasPrefix("/memfd:")
    }
}
