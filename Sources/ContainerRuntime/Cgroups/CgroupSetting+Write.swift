// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension CgroupSetting {
    /// Writes it to the cgroup that is open at `directory`, or what is said of a kernel that has no such file.
    func write(to directory: borrowing Descriptor) throws(SystemError) {
        do throws(SystemError) {
            try directory.write(value, to: file)
        } catch {
            guard error.errno == .noEntry, let otherwise else { throw error }
            for setting in otherwise { try setting.write(to: directory) }
        }
    }

    /// What a person can do about an error that the kernel's word does not explain.
    func hint(for errno: Errno) -> String? {
        switch (errno, file) {
        case (.noEntry, _):
            controller == "cgroup"
                ? "this kernel has no \(file)"
                : "this kernel has no \(file), or the cgroups above do not pass the \(controller) controller down"
        case (.invalid, "cpu.max"):
            "the kernel takes a quota of 1000 microseconds or more, a period of 1000 to 1000000, and no quota below the "
                + "burst"
        case (.invalid, "cpu.weight"): "a cgroup that is idle (cpu.idle) has no weight"
        case (.invalid, "cpuset.cpus"), (.range, "cpuset.cpus"): "write processors that are there, as in 0-1"
        case (.invalid, "cpuset.mems"), (.range, "cpuset.mems"): "write nodes of memory that are there, as in 0"
        case (.noDevice, "io.max"), (.noDevice, "io.weight"), (.noDevice, "io.bfq.weight"):
            "the first number is that of a disk, not of a partition: see lsblk"
        case (.busy, _): "the cgroup has processes of its own, and children"
        case (.invalid, _), (.range, _): "the kernel does not take this value"
        default: nil
        }
    }
}
