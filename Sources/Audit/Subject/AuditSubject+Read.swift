// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
public import Linux

extension AuditSubject {
    /// Looks at the container whose first process that is, without entering it and without changing anything.
    ///
    /// It is compared with who looks, not with process 1, which may be another's to look at: ptrace(2), "Ptrace access mode
    /// checking".
    ///
    /// - Parameters:
    ///   - readsFilters: the programs of its filters too, for which each process stands still for an instant.
    ///   - paths: further paths of the container's to look at.
    ///   - neighbours: first processes of other containers, whose own processes are none of this one's.
    public init(
        of process: Int32, readsFilters: Bool = true, paths: [String] = [], neighbours: [Int32] = []
    ) throws(SystemError) {
        let base = "/proc/\(process)"
        // Which process it is, that it is the same still when all was read.
        guard let start = ProcessTimes.start(of: process) else { throw SystemError("open", .noSuchProcess) }
        self.init(members: try Self.members(with: process, beside: neighbours))
        namespaces = Namespaces.numbers(of: "\(process)")
        ownNamespaces = Namespaces.numbers(of: "self")
        users = UserNamespaceMaps.lines(try Descriptor.contents(of: base + "/uid_map"))
        mounts = MountTable.entries(in: try Descriptor.contents(of: base + "/mountinfo"))
        ownMounts = MountTable.entries(in: try Descriptor.contents(of: "/proc/self/mountinfo"))
        let root = try Descriptor.open(base + "/root", [.path, .directory])
        for path in Set(Self.hiddenPaths + Self.timingPaths + ["/proc/sys"] + paths) {
            guard let file = try? root.open(path, .path, resolve: .container) else { continue }
            places[path] = try? Self.place(of: file)
        }
        for mount in mounts {
            guard let file = try? root.open(mount.point, .path, resolve: .container) else { continue }
            if (try? file.status().kind) == .socket { socketMounts.append(mount.point) }
        }
        devices = Self.devices(in: root)
        readVolumes(root)
        readTree(root)
        readCgroup(of: base)
        readSharedRanges()
        limits = Self.limits(Self.lines(base + "/limits"))
        for name in ["packet", "raw", "raw6"] { rawSockets += max(0, Self.lines("\(base)/net/\(name)").count - 1) }
        listeners = ["tcp", "tcp6"].flatMap { Self.listeners(Self.lines("\(base)/net/\($0)")) }
        readNetwork(process)
        securityLabel = Self.text(base + "/attr/current")
        if readsFilters { readFilters() }
        guard ProcessTimes.start(of: process) == start else { throw SystemError("open", .noSuchProcess) }
    }

    /// Its own alone: that of who looks is nothing of the container's.
    private mutating func readNetwork(_ process: Int32) {
        guard !sharesNetwork else { return }
        network = try? NetworkView(of: process, reading: Self.networkSettings)
        ownInterfaces = (try? NetworkView())?.interfaces ?? []
    }

    static func text(_ path: String) -> String? {
        guard let bytes = try? Descriptor.contents(of: path) else { return nil }
        var text = String(decoding: bytes, as: UTF8.self)
        while text.last == "\n" || text.last == "\0" { text.removeLast() }
        return text
    }

    /// What the link says, as in `pid:[4026531836]`.
    static func link(_ path: String) -> String? {
        guard let slash = path.lastIndex(of: "/") else { return nil }
        let name = String(path[path.index(after: slash)...])
        return try? Descriptor.open(String(path[..<slash]), [.path, .directory]).readLink(name)
    }

    static func lines(_ path: String) -> [Substring] { (text(path) ?? "").split(separator: "\n") }

    private static func place(of file: borrowing Descriptor) throws(SystemError) -> Place {
        let status = try file.status()
        let isReadOnly = try file.fileSystemStatus().isReadOnly
        if status.isDirectory {
            let isEmpty = try file.open(".", [.readOnly, .directory]).entries().isEmpty
            return isReadOnly ? (isEmpty ? .hidden : .readOnly) : .writable
        }
        if status.kind == .character, status.node == DeviceNumber(1, 3) { return .hidden }
        return isReadOnly ? .readOnly : .writable
    }

    private static func devices(in root: borrowing Descriptor) -> [String: DeviceNumber] {
        var result: [String: DeviceNumber] = [:]
        guard let directory = try? root.open("dev", [.readOnly, .directory], resolve: .container),
            let names = try? directory.entries()
        else { return result }
        for name in names {
            guard let status = try? directory.status(of: name), status.kind == .character || status.kind == .block
            else {
                continue
            }
            result[name] = status.node
        }
        return result
    }

    private mutating func readCgroup(of base: String) {
        guard let table = try? Descriptor.contents(of: base + "/cgroup"), let path = CgroupTree.path(in: table) else {
            return
        }
        cgroup = path
        guard let tree = try? CgroupTree.find(),
            let place = try? Descriptor.open(tree.mount + path, [.path, .directory])
        else { return }
        devicePrograms = Self.devicePrograms(tree.mount, path)
        deviceDangers = Self.machineDangers()
        readLimits(tree.mount, path)
        for name in ["cpu.max", "io.max", "io.weight", "memory.events", "memory.max", "pids.events", "pids.max"] {
            guard let bytes = try? place.contents(of: name) else { continue }
            cgroupFiles[name] = String(decoding: bytes, as: UTF8.self)
        }
    }

    /// The name may have blanks: columns begin where those of the head do.
    static func limits(_ lines: [Substring]) -> [String: String] {
        guard let head = lines.first, head.hasPrefix("Limit") else { return [:] }
        let width = head.prefix { $0 != "S" }.count
        var result: [String: String] = [:]
        for line in lines.dropFirst() {
            let values = line.dropFirst(width).split(separator: " ")
            guard values.count >= 2 else { continue }
            let name = line.prefix(width).split(separator: " ").joined(separator: " ")
            result[name] = String(values[1])
        }
        return result
    }

    /// `sl local_address rem_address st ...`, where 0A is LISTEN: proc_pid_net(5).
    static func listeners(_ lines: [Substring]) -> [UInt16] {
        lines.dropFirst().compactMap { line in
            let fields = line.split(separator: " ")
            guard fields.count > 3, fields[3] == "0A" else { return nil }
            let parts = fields[1].split(separator: ":")
            return parts.count == 2 ? UInt16(parts[1], radix: 16) : nil
        }
    }
}
