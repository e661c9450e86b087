// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension ContainerConfiguration {
    /// `mounts` of the document, in the order in which the planner makes them.
    func mountSpecifications(notes: inout [String]) -> [RuntimeConfiguration.Mount] {
        var result = kernelMounts()
        if let program = process.initProgram {
            result.append(
                RuntimeConfiguration.Mount(
                    destination: ProcessConfiguration.initTarget, type: "bind", source: program,
                    options: ["bind", "ro", "nosuid", "nodev", "rprivate"]))
        }
        let order = mounts.indices.sorted {
            (depth(mounts[$0].target), $0) < (depth(mounts[$1].target), $1)
        }
        for index in order { result.append(mounts[index].specification(notes: &notes)) }
        return result
    }

    /// Those that every program expects: see ``Planner/kernelFileSystems()``.
    private func kernelMounts() -> [RuntimeConfiguration.Mount] {
        let asked = mounts.map(\.target)
        let inert = ["nosuid", "nodev", "noexec"]
        let kernel = readOnlyPaths.isEmpty ? inert : inert + ["ro"]
        let sharesMessages = !namespaces.all.contains(.ipc)
        var list: [RuntimeConfiguration.Mount] = []
        func add(_ target: String, _ type: String, _ options: [String]) {
            guard !asked.contains(target) else { return }
            list.append(RuntimeConfiguration.Mount(destination: target, type: type, source: type, options: options))
        }
        add("/proc", "proc", showsProcessesAlone ? ["subset=pid"] + inert : inert)
        add("/dev", "tmpfs", ["nosuid", "noexec", "mode=0755", "size=65536k"])
        add("/dev/pts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620", "gid=5"])
        if !sharesMessages, hasSharedMemory {
            add("/dev/shm", "tmpfs", inert + ["mode=1777", "size=\(sharedMemorySize)"])
        }
        if !sharesMessages { add("/dev/mqueue", "mqueue", inert) }
        add("/sys", "sysfs", kernel)
        if cgroup.path != nil { add("/sys/fs/cgroup", "cgroup", kernel) }
        return list
    }
}

extension MountRequest {
    fileprivate func specification(notes: inout [String]) -> RuntimeConfiguration.Mount {
        switch source {
        case .tree(let tree):
            let path = tree.subpath.map { "\(tree.path)/\($0)" } ?? tree.path
            var options = [tree.isRecursive ? "rbind" : "bind"] + words
            if tree.owners != nil { options.append(tree.isRecursive ? "ridmap" : "idmap") }
            let former = tree.propagation.map { PropagationChange($0, isRecursive: tree.isRecursive).description }
            options += (former.map { [$0] } ?? []) + propagation.map(\.description)
            if tree.fresh != nil {
                notes.append("\(target): a volume that is empty stays so, as only an engine fills it from the image")
            }
            return mount("bind", path, options)
        case .image(let image):
            if image.layers.count == 1, image.subpath == nil {
                return mount("bind", image.layers[0], ["bind", "ro", "rprivate"])
            }
            if image.layers.isEmpty || image.subpath != nil {
                notes.append(
                    "\(target): the image \(image.name) is not shown, as no mount of the document shows a part of it")
                return mount("tmpfs", "tmpfs", ["ro", "nosuid", "nodev", "noexec"])
            }
            return mount("overlay", "overlay", ["ro", "lowerdir=" + image.layers.joined(separator: ":")])
        case .root(let root):
            return root.path == "/"
                ? mount("bind", "/proc/\(root.process)/root", ["rbind", "rprivate"])
                : mount("bind", "/proc/\(root.process)/root\(root.path)", ["bind", "rprivate"] + words)
        case .hosted(let hosted): return new(hosted.fileSystem)
        case .new(let fileSystem), .ownDevices(let fileSystem): return new(fileSystem)
        }
    }

    private func new(_ fileSystem: NewFileSystem) -> RuntimeConfiguration.Mount {
        mount(
            fileSystem.type, fileSystem.source,
            words + fileSystem.flags.names.filter { $0 != "ro" || !words.contains("ro") }
                + propagation.map(\.description)
                + (fileSystem.copiesUp ? ["tmpcopyup"] : []) + fileSystem.options)
    }

    /// The attributes, those for mounts below with the letter that says so.
    private var words: [String] { attributes.names + attributesBelow.names.map { "r" + $0 } }

    private func mount(_ type: String, _ source: String, _ options: [String]) -> RuntimeConfiguration.Mount {
        RuntimeConfiguration.Mount(destination: target, type: type, source: source, options: options)
    }
}
