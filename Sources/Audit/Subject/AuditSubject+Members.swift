// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

extension AuditSubject {
    /// The process, all others of its pid namespace, unless that is the looker's, and all of its cgroup: where it sees the
    /// host's processes, what was started beside it is found by that.
    ///
    /// - Parameter neighbours: first processes of other containers. One that has joined its pid namespace is another's
    ///   still, and so is what is in that one's cgroup.
    static func members(with process: Int32, beside neighbours: [Int32] = []) throws(SystemError) -> [Member] {
        var result = [try member(process)]
        let namespace = pidNamespace(of: process)
        let isOwn = namespace != nil && namespace != link("/proc/self/ns/pid")
        let place = cgroup(of: process)
        // A cgroup in which the looker is too, the root of the tree among them, is no container's.
        let isContained = cgroup(of: "self").map { own in place.map { !isInside(own, $0) } ?? false } ?? false
        guard isOwn || isContained else { return result }
        let others = neighbours.filter { $0 != process }.compactMap { cgroup(of: $0) }
            .filter { other in place.map { !isInside($0, other) } ?? true }
        let numbers = try Descriptor.open("/proc", [.readOnly, .directory]).entries().compactMap { Int32($0) }.sorted()
        for number in numbers where number != process {
            let its = cgroup(of: number)
            let isInCgroup = isContained && its.map { its in place.map { isInside(its, $0) } ?? false } ?? false
            guard isInCgroup || (isOwn && pidNamespace(of: number) == namespace) else { continue }
            if let its, others.contains(where: { isInside(its, $0) }) { continue }
            // It may have ended meanwhile.
            if let member = try? member(number) { result.append(member) }
        }
        return result
    }

    private static func pidNamespace(of process: Int32) -> String? { link("/proc/\(process)/ns/pid") }

    private static func cgroup(of process: Int32) -> String? { cgroup(of: "\(process)") }

    /// Its path in the tree of cgroup v2, by its number or `self`.
    private static func cgroup(of process: String) -> String? {
        (try? Descriptor.contents(of: "/proc/\(process)/cgroup")).flatMap { CgroupTree.path(in: $0) }
    }

    /// Whether a cgroup is the other or below it; the root of the tree has none that counts.
    private static func isInside(_ path: String, _ other: String) -> Bool {
        other == "/" || path == other || path.hasPrefix(other + "/")
    }

    private static func member(_ process: Int32) throws(SystemError) -> Member {
        let base = "/proc/\(process)"
        let status = ProcessStatus(try Descriptor.contents(of: base + "/status"))
        let threads = ((try? Descriptor.open(base + "/task", [.readOnly, .directory]).entries()) ?? []).compactMap {
            (try? Descriptor.contents(of: "\(base)/task/\($0)/status")).map { ProcessStatus($0) }
        }
        var places: [String: Int?] = [:]
        for name in ["cwd", "exe", "root"] {
            // Opened through the link itself, so that nobody can change meanwhile what it says.
            guard let file = try? Descriptor.open("\(base)/\(name)", .path) else { continue }
            places[name] = .some(mount(ofInfo: lines("/proc/self/fdinfo/\(file.number)")))
        }
        var member = Member(
            id: process, name: status.value(of: "Name") ?? "?", status: status, threads: threads,
            executable: link(base + "/exe") ?? "", places: places, files: files(of: base),
            oomScore: text(base + "/oom_score_adj").flatMap { Int($0) } ?? 0,
            variables: parts(base + "/environ").map { String($0.prefix { $0 != "=" }) },
            arguments: parts(base + "/cmdline"))
        member.cgroup = cgroup(of: process)
        return member
    }

    private static func parts(_ path: String) -> [String] {
        ((try? Descriptor.contents(of: path)) ?? []).split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    private static func files(of base: String) -> [OpenFile] {
        guard let names = try? Descriptor.open(base + "/fd", [.readOnly, .directory]).entries() else { return [] }
        return names.compactMap { name in
            guard let number = Int(name), let link = Self.link("\(base)/fd/\(name)"),
                let mount = mount(ofInfo: lines("\(base)/fdinfo/\(name)"))
            else { return nil }
            return OpenFile(number: number, link: link, mount: mount)
        }.sorted { $0.number < $1.number }
    }

    /// `mnt_id:` of `/proc/PID/fdinfo/N`.
    private static func mount(ofInfo lines: [Substring]) -> Int? {
        lines.first { $0.hasPrefix("mnt_id:") }.flatMap { line in
            line.split { $0 == "\t" || $0 == " " }.last.flatMap { Int($0) }
        }
    }
}
