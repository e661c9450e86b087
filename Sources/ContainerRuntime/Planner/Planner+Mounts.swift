// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Planner {
    /// The file systems of the kernel that every program expects: the runtime specification's "Default Filesystems",
    /// and what Docker adds. A mount that was asked for at the same place takes the place.
    func kernelFileSystems() -> [MountStep] {
        if configuration.kernelFileSystems == .listed { return [] }
        let asked = configuration.mounts.map(\.target)
        var steps: [MountStep] = []
        func add(_ step: MountStep, at target: String) {
            if !asked.contains(target) { steps.append(step) }
        }
        func mount(_ type: String, _ options: [String] = [], _ attributes: MountAttributes, at target: String) {
            add(.mount(type: type, options: options, attributes: attributes, target: target), at: target)
        }
        mount("proc", [], .inert, at: "/proc")
        add(.attachDevices, at: "/dev")
        mount(
            "devpts", ["newinstance", "ptmxmode=0666", "mode=0620", "gid=5"], [.noSetUserID, .noExecute],
            at: "/dev/pts")
        if own.contains(.ipc) || configuration.namespaces.joined.contains(where: { $0.kinds.contains(.ipc) }) {
            mount("tmpfs", ["mode=1777", "size=\(configuration.sharedMemorySize)"], .inert, at: "/dev/shm")
        }
        if own.contains(.ipc) { mount("mqueue", [], .inert, at: "/dev/mqueue") }
        let kernel: MountAttributes = writesKernelState ? .inert : [.inert, .readOnly]
        mount("sysfs", [], kernel, at: "/sys")
        if configuration.cgroup.path != nil { mount("cgroup2", ["nsdelegate"], kernel, at: "/sys/fs/cgroup") }
        return steps
    }

    /// How a mount that was asked for comes about.
    func step(for mount: MountRequest, at index: Int) -> MountStep {
        switch mount.source {
        case .bind(_, let isDirectory, _, _, _):
            .attach(.bind(index), target: mount.target, isDirectory: isDirectory)
        case .tmpfs(let options):
            .mount(type: "tmpfs", options: options, attributes: mount.attributes, target: mount.target)
        case .fileSystem(let type, let options):
            .mount(type: type, options: options, attributes: mount.attributes, target: mount.target)
        case .devices: .attachDevices
        }
    }

    /// A privileged container, which has no path that it cannot write.
    private var writesKernelState: Bool { configuration.readOnlyPaths.isEmpty }

    /// A mount over or below `/proc` would make later writes to it go to a file of the image's (CVE-2019-19921).
    func checkTargets() throws(PlanError) {
        if configuration.kernelFileSystems == .listed { return }
        for mount in configuration.mounts {
            let parts = mount.target.split(separator: "/")
            if mount.target == "/" { throw PlanError(.target, "/: a mount cannot take the place of the root") }
            // Written in one way only, so that no other spelling of a kernel's place is taken for another place.
            guard mount.target == "/" + parts.joined(separator: "/"), !parts.contains(".."), !parts.contains(".") else {
                throw PlanError(.target, "\(mount.target): write an absolute path without . or .. or a slash too many")
            }
            // The null device that masks paths is the one of the container's own /dev (CVE-2025-31133).
            if mount.target == "/dev" {
                throw PlanError(
                    .target, "/dev: it is the container's own, so mount below it, or give devices with --device")
            }
            if parts[0] == "proc" {
                throw PlanError(.target, "\(mount.target): nothing can be mounted on /proc or below it")
            }
        }
    }
}
