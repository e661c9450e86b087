// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension AuditSubject {
    /// The process and all others of its pid namespace; it alone where that is the looker's.
    static func members(with process: Int32) throws(SystemError) -> [Member] {
        var result = [try member(process)]
        guard let own = link("/proc/self/ns/pid"),
            let its = link("/proc/\(process)/ns/pid"), own != its
        else { return result }
        let numbers = try Descriptor.open("/proc", [.readOnly, .directory]).entries().compactMap { Int32($0) }.sorted()
        for number in numbers where number != process {
            guard link("/proc/\(number)/ns/pid") == its else { continue }
            // It may have ended meanwhile.
            if let member = try? member(number) { result.append(member) }
        }
        return result
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
        member.cgroup = lines(base + "/cgroup").first { $0.hasPrefix("0::") }.map { String($0.dropFirst(3)) }
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
