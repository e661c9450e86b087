// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// Where in the cgroup2 tree a container's cgroup is: `linux.cgroupsPath` of the runtime specification.
public struct CgroupPath: Hashable, Sendable, CustomStringConvertible {
    /// Names from the root of the tree on; never empty, and none of them leads anywhere but down.
    public let names: [String]

    /// Below the root of the tree, with a slash in front: `/docker/2f5c`.
    public var description: String { names.reduce(into: "") { $0 += "/" + $1 } }

    /// - Parameters:
    ///   - path: as a bundle says it. An absolute one is below the root of the tree; a relative one is beside the cgroup
    ///     of this process, as runc has it, since in that one are processes and it can have no limits for children; no
    ///     path at all is the container's id below the root.
    ///   - id: of the container.
    ///   - own: the cgroup of this process, as `/proc/self/cgroup` says it.
    /// - Throws: ``CgroupError/Code/path`` for a path that would lead out of the tree, or whose form is the systemd
    ///   driver's.
    public init(_ path: String?, id: String, own: String) throws(CgroupError) {
        guard let path, !path.isEmpty else {
            names = [id]
            return
        }
        let isAbsolute = path.utf8.first == UInt8(ascii: "/")
        if !isAbsolute, path.split(separator: ":", omittingEmptySubsequences: false).count == 3 {
            throw CgroupError(
                .path,
                "linux.cgroupsPath \"\(path)\" is SLICE:PREFIX:NAME of the systemd driver, which this runtime does not "
                    + "have: let the engine use cgroupfs")
        }
        let parent = isAbsolute ? [] : Self.steps(own).dropLast().map(String.init)
        let steps = Self.steps(path).map(String.init)
        guard !steps.isEmpty else {
            throw CgroupError(
                .path, "linux.cgroupsPath \"\(path)\" is the root of the tree: name a cgroup below it, as in /\(id)")
        }
        for step in steps {
            guard step != "..", step.utf8.count <= 255, step.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw CgroupError(
                    .path,
                    "linux.cgroupsPath \"\(path)\" has a part that is no name of a cgroup: write names, without \"..\"")
            }
        }
        // A process above its cgroup namespace's root reads as /..: what it sees is below the root all the same.
        names = parent.filter { $0 != ".." } + steps
    }

    private static func steps(_ path: String) -> [Substring] { path.pathParts.filter { $0 != "." } }

    /// The cgroup of this process, below the root of the cgroup2 tree that it sees: cgroups(7), `/proc/PID/cgroup`.
    public static func own() throws(CgroupError) -> String {
        do {
            return own(in: try Descriptor.contents(of: "/proc/self/cgroup"))
        } catch {
            throw CgroupError(.tree, "cannot read /proc/self/cgroup", cause: error)
        }
    }

    /// The line of hierarchy 0 without a controller's name is the one of cgroup v2.
    static func own(in bytes: [UInt8]) -> String {
        for line in bytes.split(separator: UInt8(ascii: "\n")) where line.starts(with: Array("0::".utf8)) {
            return String(decoding: line.dropFirst(3), as: UTF8.self)
        }
        return "/"
    }
}

extension CgroupTree {
    /// The directory of a container's cgroup: see ``CgroupPath/init(_:id:own:)``.
    public func directory(for path: String?, id: String) throws(CgroupError) -> String {
        // Only a relative path needs to be told where this process is.
        let isRelative = path.map { !$0.isEmpty && $0.utf8.first != UInt8(ascii: "/") } ?? false
        return mount + "\(try CgroupPath(path, id: id, own: isRelative ? CgroupPath.own() : "/"))"
    }
}
