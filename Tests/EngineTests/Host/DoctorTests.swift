// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux
import Testing

@testable import Engine

@Suite struct DoctorTests {
    @Test func aKernelBeforeTheFloorIsNamed() {
        #expect(Doctor.kernel(KernelRelease(release: "6.1.0-37-amd64", version: "")).level == .ok)
        let old = Doctor.kernel(KernelRelease(release: "5.18.9", version: ""))
        #expect(old.level == .missing && old.found == "Linux 5.18.9" && old.remedy.contains("5.19"))
    }

    @Test func eachCapabilityThatIsMissingIsNamedWithItsUse() {
        let all = CapabilitySet.named
        #expect(Doctor.capabilities(held: all, bounding: all).level == .ok)
        let less = Doctor.capabilities(held: all.subtracting(.mknod), bounding: all.subtracting(.setfcap))
        #expect(less.level == .missing)
        #expect(less.found == "not CAP_SETFCAP, CAP_MKNOD")
        #expect(less.cost.contains("the nodes of /dev"))
    }

    @Test func aControllerThatIsHeldElsewhereCostsItsFlags() {
        let finding = Doctor.lacking("pids", flags: "--pids-limit", .hierarchy(path: "/sys/fs/cgroup/pids"))
        #expect(finding.level == .degraded)
        #expect(finding.found == "a cgroup v1 hierarchy mounted at /sys/fs/cgroup/pids holds it")
        #expect(finding.cost == "refused: --pids-limit")
        #expect(finding.remedy.contains("systemd.unified_cgroup_hierarchy=1"))
    }

    @Test func filtersWithoutAnActionAreMissing() {
        #expect(Doctor.seccomp(actions: "kill_process kill_thread trap errno user_notif trace log allow").level == .ok)
        #expect(Doctor.seccomp(actions: "errno allow").found == "no kill_process, log")
        #expect(Doctor.seccomp(actions: "").found == "the kernel has no filters")
    }

    @Test func aFullStoreIsMissingAndASmallOneDegraded() {
        func space(_ mebibytes: UInt64) -> Finding.Level {
            let status = FileSystemStatus(
                magic: .tmpfs, isReadOnly: false, size: 1 << 40, available: mebibytes << 20, freeFiles: 1)
            return Doctor.space(status, of: "/var/lib/minibox").level
        }
        #expect([10, 500, 5000].map(space) == [.missing, .degraded, .ok])
    }

    @Test func linesOfAStatusAreRead() {
        #expect(Doctor.statusFields("Name:\tsh\nNoNewPrivs:\t1\n") == ["Name": "sh", "NoNewPrivs": "1"])
    }

    @Test(.enabled(if: CurrentProcess.effectiveUser == 0, "needs root"))
    func whatIsTriedLeavesNothingBehind() async {
        await #expect(processExitsWith: .success) {
            let scratch = Scratch()
            let places = Engine.Places(root: scratch.path + "/lib/minibox", runRoot: scratch.path + "/run")
            let findings = Doctor(places: places).examine()
            #expect(Set(findings.map(\.name)).count == findings.count, "each is named once")
            #expect(findings.allSatisfy { !$0.found.isEmpty && ($0.level == .ok) == $0.cost.isEmpty })
            #expect(findings.allSatisfy { ($0.level == .ok) == $0.remedy.isEmpty })
            #expect(findings.first { $0.name == "root" }?.level == .ok)
            #expect(findings.contains { $0.name == "overlay" })
            #expect(try Descriptor.open(scratch.path, [.directory]).entries().isEmpty)
            if let tree = try CgroupTree.find() {
                let groups = try Descriptor.open(tree.mount, [.directory]).entries()
                #expect(!groups.contains("minibox-doctor-\(CurrentProcess.id)"))
            }
        }
    }

    @Test func aStoreThatCannotBeMadeIsToldAbout() {
        let findings = Doctor(places: Engine.Places(root: "/proc/none", runRoot: "/proc/none")).store
        #expect(findings.map(\.name) == ["store"])
        #expect(findings[0].level == .missing && findings[0].remedy.contains("--root"))
    }
}
