// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditSubject {
    /// The device programs that are asked before one of its processes opens a device: of its cgroup and of those above it.
    enum DevicePrograms: Hashable, Sendable {
        case programs([DeviceFilter])
        /// There are as many, and why they could not be read.
        case count(Int, String)
    }

    /// All of them: bpf(2), BPF_PROG_QUERY. nil where the kernel does not tell that there are any.
    static func devicePrograms(_ mount: String, _ path: String) -> DevicePrograms? {
        var numbers: [UInt32] = []
        var parts = path.split(separator: "/")[...]
        while true {
            guard
                let group = try? Descriptor.open(mount + parts.map { "/" + $0 }.joined(), [.readOnly, .directory]),
                let attached = try? DeviceFilter.attached(to: group)
            else { return nil }
            numbers += attached
            guard !parts.isEmpty else { break }
            parts.removeLast()
        }
        var programs: [DeviceFilter] = []
        for number in numbers {
            do throws(SystemError) { programs.append(try DeviceFilter(loaded: number)) } catch {
                return .count(numbers.count, "the kernel does not show what they allow (\(error))")
            }
        }
        return .programs(programs)
    }

    /// A device by which the host is read or changed.
    struct Danger: Hashable, Sendable {
        var name: String
        var kind: DeviceRule.Kind
        var number: DeviceNumber
    }

    /// Memory, ports, the kernel's log and the maker of loop devices, by the kernel's list of numbers: devices.txt.
    static let dangers = [
        Danger(name: "/dev/mem", kind: .character, number: DeviceNumber(1, 1)),
        Danger(name: "/dev/kmem", kind: .character, number: DeviceNumber(1, 2)),
        Danger(name: "/dev/port", kind: .character, number: DeviceNumber(1, 4)),
        Danger(name: "/dev/kmsg", kind: .character, number: DeviceNumber(1, 11)),
        Danger(name: "/dev/loop-control", kind: .character, number: DeviceNumber(10, 237)),
        // Of disks one each, whether this machine has them or another one with the same program.
        Danger(name: "/dev/sda", kind: .block, number: DeviceNumber(8, 0)),
        Danger(name: "/dev/loop0", kind: .block, number: DeviceNumber(7, 0)),
        Danger(name: "/dev/vda", kind: .block, number: DeviceNumber(254, 0)),
        Danger(name: "/dev/nvme0n1", kind: .block, number: DeviceNumber(259, 0)),
    ]

    /// Those and every disk of this machine: `/sys/dev/block/MAJOR:MINOR`.
    static func machineDangers() -> [Danger] {
        let names = (try? Descriptor.open("/sys/dev/block", [.readOnly, .directory]).entries()) ?? []
        let disks = names.sorted().compactMap { name -> Danger? in
            let parts = name.split(separator: ":").compactMap { UInt32($0) }
            guard parts.count == 2 else { return nil }
            return Danger(name: "b \(name)", kind: .block, number: DeviceNumber(parts[0], parts[1]))
        }
        return dangers + disks.filter { disk in !dangers.contains { $0.number == disk.number && $0.kind == disk.kind } }
    }
}

extension AuditCheck {
    /// A38: what its device programs say, by running them.
    static let devicePrograms = AuditCheck(
        "A38", .files, .high, "a filter keeps it from the host's disks and memory",
        advice: "leave out --privileged, --device and --device-cgroup-rule"
    ) { subject in
        switch subject.devicePrograms {
        case nil: return .untold("its cgroup is in no tree of cgroup v2, or the kernel does not tell")
        case .count(0, _), .programs([]): return .open("its cgroup asks no device program")
        case .count(let count, let reason): return .untold("\(count) device programs; \(reason)")
        case .programs(let programs):
            var passed: [String] = []
            for danger in subject.deviceDangers {
                for (access, word) in [(DeviceRule.Access.read, "read"), (.write, "write")] {
                    // A device must pass them all.
                    let number = danger.number
                    let answers = programs.map { $0.allows(danger.kind, number.major, number.minor, access) }
                    if answers.contains(false) { continue }
                    guard !answers.contains(nil) else {
                        return .untold("\(programs.count) device programs, one of which cannot be run here")
                    }
                    passed.append("\(word) \(danger.name)")
                }
            }
            guard passed.isEmpty else {
                return .open(
                    "its device programs let it " + passed.prefix(4).joined(separator: ", ")
                        + (passed.count > 4 ? " and \(passed.count - 4) more" : ""))
            }
            return .stands("\(programs.count) device programs refuse \(subject.deviceDangers.count) devices")
        }
    }
}
