// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension AuditCheck {
    /// A13 to A20, A60, A61: what its processes may do. capabilities(7), seccomp(2), proc_pid_status(5).
    static let privileges: [AuditCheck] = [
        AuditCheck(
            "A13", .privileges, .high, "can never gain more capabilities than a container has by default",
            advice: "--privileged or --cap-add was given: add what it needs alone"
        ) { subject in
            guard let bounding = subject.first.status.capabilities("CapBnd") else {
                return .untold("the kernel does not show its capabilities")
            }
            let more = bounding.subtracting(ContainerCapabilities.standard)
            return more.isEmpty ? .stands("\(bounding.count) of \(CapabilitySet.names.count)") : .open("also \(more)")
        },
        AuditCheck(
            "A14", .privileges, .high, "no process has more capabilities than its first one",
            advice: "somebody ran 'exec --privileged' or entered it from outside: end that process"
        ) { subject in
            guard let bounding = subject.first.status.capabilities("CapBnd") else {
                return .untold("the kernel does not show its capabilities")
            }
            let others = subject.members.dropFirst().filter { member in
                ["CapBnd", "CapPrm", "CapEff"].contains {
                    member.status.capabilities($0).map { !$0.isSubset(of: bounding) } ?? false
                }
            }
            return others.isEmpty ? .stands("none of \(subject.members.count)") : .open(Array(others).list)
        },
        AuditCheck(
            "A15", .privileges, .medium, "passes no capabilities on to programs that have none",
            advice: "clear its inheritable and ambient sets (CVE-2022-24769)"
        ) { subject in
            let with = subject.members.filter { member in
                ["CapInh", "CapAmb"].contains { member.status.capabilities($0)?.isEmpty == false }
            }
            return with.isEmpty ? .stands("inheritable and ambient sets are empty") : .open(with.list)
        },
        AuditCheck(
            "A17", .privileges, .medium, "no program gains rights by set-user-ID or file capabilities",
            advice: "--security-opt no-new-privileges, which is the default of minibox"
        ) { subject in
            let without = subject.members.filter { member in
                ([member.status] + member.threads).contains { $0.value(of: "NoNewPrivs") != "1" }
            }
            return without.isEmpty ? .stands("NoNewPrivs: 1 in all") : .open("NoNewPrivs: 0 in \(without.list)")
        },
        AuditCheck(
            "A18", .privileges, .high, "every thread is behind a filter of system calls",
            advice: "--security-opt seccomp=unconfined or --privileged was given: leave it out"
        ) { subject in
            let without = subject.members.filter { member in
                ([member.status] + member.threads).contains { $0.value(of: "Seccomp") != "2" }
            }
            guard without.isEmpty else { return .open("Seccomp is not 2 in \(without.list)") }
            return .stands("Seccomp: 2 in all, \(subject.first.status.value(of: "Seccomp_filters") ?? "?") filters")
        },
        AuditCheck(
            "A52", .processes, .medium, "no process is traced", advice: "end the tracer, or look why it is there"
        ) { subject in
            let traced = subject.members.filter { ($0.status.value(of: "TracerPid") ?? "0") != "0" }
            return traced.isEmpty ? .stands("TracerPid: 0 in all") : .open(traced.list)
        },
        AuditCheck(
            "A60", .privileges, .info, "a security module confines it too",
            advice: "boot with AppArmor, load a profile, and give it to the container: --security-opt apparmor=PROFILE"
        ) { subject in
            guard let label = subject.securityLabel, !label.isEmpty else {
                return .untold("this kernel has neither AppArmor nor SELinux")
            }
            // A profile that is being learned refuses nothing: aa-complain(8).
            let isHeld = !label.hasPrefix("unconfined") && !label.hasSuffix("(complain)")
            return isHeld ? .stands(label) : .open(label)
        },
        AuditCheck(
            "A61", .privileges, .info, "is kept from speculative side channels",
            advice:
                "the processor's own measures hold for all; a program can ask for more: prctl(2), PR_SET_SPECULATION_CTRL"
        ) { subject in
            let names = ["Speculation_Store_Bypass", "SpeculationIndirectBranch"]
            let found = names.compactMap { name in subject.first.status.value(of: name).map { "\(name): \($0)" } }
            if found.isEmpty { return .untold("this kernel does not tell") }
            return found.contains { $0.hasSuffix(" vulnerable") }
                ? .open(found.joined(separator: "; ")) : .stands(found.joined(separator: "; "))
        },
    ]
}

extension CapabilitySet {
    /// How many they are.
    fileprivate var count: Int { rawValue.nonzeroBitCount }
}
