// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// A mount of `config.json` on its way to a ``MountRequest``: config.md, "Mounts".
struct BundleMount {
    let mount: RuntimeConfiguration.Mount
    /// Where it stands in config.json, for messages: `mounts[3]`.
    let member: String
    let bundle: Bundle
    let options: MountOptions
    /// Absolute, and written in one way only.
    let target: String

    init(_ mount: RuntimeConfiguration.Mount, member: String, of bundle: Bundle) throws(RuntimeError) {
        self.mount = mount
        self.member = member
        self.bundle = bundle
        options = MountOptions(parsing: mount.options)
        target = AbsolutePath.cleaned(mount.destination)
        for text in [mount.destination, mount.type ?? "", mount.source ?? ""] + mount.options
        where text.utf8.contains(0) {
            throw .configuration(member, "a text in it holds a null byte")
        }
        guard target != "/" else {
            throw .configuration("\(member).destination", "a mount cannot take the place of the root")
        }
    }

    private var isBind: Bool { options.bind != nil || mount.type == "bind" }
    /// The namespaces that are made for the container.
    private var own: Namespaces {
        bundle.configuration.linux.namespaces.reduce(into: []) { if $1.path == nil { $0.insert($1.type.kind) } }
    }

    func request() throws(RuntimeError) -> MountRequest {
        try checkTarget()
        if isBind {
            var request = request(of: try hostTree())
            request.idleOptions = options.data + options.flags.names
            return request
        }
        if options.isRemount {
            throw .configuration(
                "\(member).options", "remount changes nothing: \(target) is mounted by this entry alone",
                hint: "give the options to the entry that mounts it")
        }
        guard options.mapping == nil, mount.uidMappings.isEmpty, mount.gidMappings.isEmpty else {
            throw .configuration(member, "only a bind mount can be idmapped, not the type \(mount.type ?? "")")
        }
        switch mount.type {
        case nil, "none":
            throw .configuration(
                "\(member).type", "it is missing: name a file system, or write bind or rbind among the options")
        case "cgroup", "cgroup2": return try cgroup()
        case "sysfs" where own.contains(.user) && !own.contains(.network):
            // The kernel makes a new sysfs only for the owner of the network that it shows: sysfs_init_fs_context.
            return hosts("/sys")
        case "proc" where own.contains(.user) && !own.contains(.pid): return try procOfOthers()
        case let type?: return try request(of: newFileSystem(type))
        }
    }

    /// Everything that was said of attributes and propagation, on `source`.
    private func request(of source: MountRequest.Source) -> MountRequest {
        var request = MountRequest(source: source, target: target, attributes: [])
        request.attributes = options.attributes
        request.attributesBelow = options.recursiveAttributes
        request.propagation = options.propagation
        return request
    }

    private func newFileSystem(_ type: String) throws(RuntimeError) -> MountRequest.Source {
        guard type == "tmpfs" || !options.copiesUp else {
            throw .configuration("\(member).options", "tmpcopyup is for a tmpfs alone, not for \(type)")
        }
        var flags = options.flags
        // A disk that is mounted read-only may be one that cannot be written; what is in memory is filled first.
        let isReadOnly = options.attributes.added.contains(.readOnly)
        if isReadOnly, !Self.inMemory.contains(type) { flags.insert(.readOnly) }
        let fileSystem = NewFileSystem(
            type: type, source: mount.source, options: options.data, flags: flags, copiesUp: options.copiesUp)
        return target == "/dev" && type == "tmpfs" ? .ownDevices(fileSystem) : .new(fileSystem)
    }

    /// File systems of which there is one for all who mount it, or that begin empty: read-only is each mount of them.
    private static let inMemory: Set<String> = [
        "tmpfs", "ramfs", "proc", "sysfs", "devpts", "mqueue", "cgroup2", "devtmpfs", "debugfs", "tracefs",
        "securityfs",
        "bpf", "configfs", "fusectl", "hugetlbfs", "pstore", "efivarfs", "binfmt_misc", "selinuxfs",
    ]

    // MARK: Binds

    private func hostTree() throws(RuntimeError) -> MountRequest.Source {
        guard let source = mount.source else { throw .configuration("\(member).source", "it is missing") }
        guard !options.copiesUp else {
            throw .configuration("\(member).options", "tmpcopyup is for a tmpfs alone, not for a bind mount")
        }
        let path = bundle.absolute(source)
        let isDirectory: Bool
        do {
            let place = try Descriptor.open(path, .path)
            isDirectory = try place.status().isDirectory
            if target == "/proc", try place.fileSystemMagic() != .proc {
                throw RuntimeError.configuration(
                    member, "\"/proc\" cannot be mounted because it is not of type proc: \(path) is something else")
            }
        } catch let error as SystemError {
            throw RuntimeError(.invalid, "\(member).source: \(path)", path: path, cause: error)
        } catch let error as RuntimeError {
            throw error
        } catch {
            throw .configuration("\(member).source", "\(path): \(error)")
        }
        return .tree(
            HostTree(
                path: path, isDirectory: isDirectory, isRecursive: options.bind == .recursive, owners: try owners(),
                propagation: formerPropagation))
    }

    /// What the whole tree is before the words for propagation are followed. To be shared is to stay among the peers of
    /// the host's mount, and to be a slave is to have been one of them; a word for the topmost mount alone must not leave
    /// those below it among them.
    private var formerPropagation: Propagation? {
        guard let first = options.propagation.first else { return .private }
        return first.isRecursive || first.propagation == .shared ? nil : .slave
    }

    /// Mappings of the mount's own, or with `idmap` alone those of the container's user namespace.
    private func owners() throws(RuntimeError) -> OwnerMapping? {
        let isRecursive = options.mapping == .recursive
        guard mount.uidMappings.isEmpty == mount.gidMappings.isEmpty else {
            throw .configuration(member, "uidMappings and gidMappings go together: one of them is missing")
        }
        if !mount.uidMappings.isEmpty {
            return OwnerMapping(
                .own(users: IDMap(mount.uidMappings), groups: IDMap(mount.gidMappings)), isRecursive: isRecursive)
        }
        guard options.mapping != nil else { return nil }
        guard bundle.configuration.linux.namespace(.user) != nil else {
            throw .configuration(
                member, "an idmapped mount needs uidMappings and gidMappings, or a user namespace to take them from")
        }
        return OwnerMapping(.container, isRecursive: isRecursive)
    }

    // MARK: What the kernel does not mount anew

    /// The host's own directory, read-only, with what is mounted below it.
    private func hosts(_ path: String) -> MountRequest {
        var request = request(of: .tree(HostTree(path: path, isDirectory: true, isRecursive: true)))
        request.attributesBelow.add([.inert, .readOnly])
        return request
    }

    /// A procfs shows a pid namespace to whoever owns it. The host's can be shown as it is; one that is joined cannot be
    /// reached by any mount of the host's.
    private func procOfOthers() throws(RuntimeError) -> MountRequest {
        guard bundle.configuration.linux.namespace(.pid) == nil else {
            throw .configuration(
                member, "the kernel mounts no proc of a pid namespace that another user namespace owns",
                hint: "join that user namespace too, or give the container a pid namespace of its own")
        }
        return request(of: .tree(HostTree(path: "/proc", isDirectory: true, isRecursive: true)))
    }

    /// The one tree of cgroup v2, whatever version was asked for.
    ///
    /// In a cgroup namespace it is mounted anew, and shows the container's own cgroup. Without one that would show, and
    /// let a container without a user namespace of its own write, every cgroup of the host: it is the host's mount then,
    /// and read-only unless `rw` is written (CVE-2023-25809).
    private func cgroup() throws(RuntimeError) -> MountRequest {
        if bundle.configuration.linux.namespace(.cgroup) != nil {
            return request(
                of: .new(
                    NewFileSystem(type: "cgroup2", source: mount.source, options: options.data, flags: options.flags)))
        }
        let tree: CgroupTree?
        do {
            tree = try CgroupTree.find()
        } catch {
            throw RuntimeError(.unsupported, "\(member): \(error)")
        }
        guard let tree else {
            throw RuntimeError(
                .unsupported, "\(member): this host has no cgroup v2 file system that could be shown",
                RuntimeError.Details(
                    phase: "configuration", path: member, hint: "mount one: mount -t cgroup2 cgroup2 /sys/fs/cgroup"))
        }
        var request = request(of: .tree(HostTree(path: tree.mount, isDirectory: true, isRecursive: false)))
        request.attributes.add(.inert)
        if !options.attributes.removed.contains(.readOnly) { request.attributes.add(.readOnly) }
        return request
    }

    // MARK: Where

    /// What is mounted over or in `/proc` would take the runtime's own later writes (CVE-2019-16884, CVE-2019-19921): only
    /// a procfs goes over it, and into it only the files that lxcfs shows. runc has the same list, `checkProcMount`.
    private func checkTarget() throws(RuntimeError) {
        if target == "/proc" {
            if isBind || mount.type == "proc" { return }
            throw .configuration(member, "\"/proc\" cannot be mounted because it is not of type proc")
        }
        guard target.pathParts.first == "proc" else { return }
        if isBind, Self.shownByLXCFS.contains(target) { return }
        throw .configuration(member, "\"\(target)\" cannot be mounted because it is inside /proc")
    }

    private static let shownByLXCFS: Set<String> = [
        "/proc/cpuinfo", "/proc/diskstats", "/proc/meminfo", "/proc/stat", "/proc/swaps", "/proc/uptime",
        "/proc/loadavg", "/proc/slabinfo", "/proc/net/dev", "/proc/sys/kernel/ns_last_pid",
        "/proc/sys/crypto/fips_enabled",
    ]
}

extension IDMap {
    init(_ mappings: [RuntimeConfiguration.IDMapping]) {
        self.init(extents: mappings.map { IDExtent(inside: $0.containerID, outside: $0.hostID, count: $0.size) })
    }
}
