// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Glibc
import Linux

/// Where a case keeps what it makes.
struct Place {
    var base: String
    var cgroups: String

    init(_ base: String) throws {
        self.base = base
        let mounts = String(decoding: try Descriptor.contents(of: "/proc/self/mounts"), as: UTF8.self)
        let tree = mounts.split(separator: "\n").map { $0.split(separator: " ") }.first {
            $0.count > 2 && $0[2] == "cgroup2"
        }
        guard let tree else { throw CaseError("there is no cgroup2 tree") }
        cgroups = String(tree[1])
        for directory in ["own", "stage", "data"] { _ = try Descriptor.makeDirectories(base + "/" + directory) }
        CurrentProcess.setFileModeMask(0)
        try renew()
    }

    /// An empty writable directory: a volatile overlay may be mounted on one but once.
    func renew() throws {
        try Descriptor.open(base, [.directory]).removeTree("w")
        for directory in ["w/upper", "w/work"] { _ = try Descriptor.makeDirectories(base + "/" + directory) }
    }

    /// What there is that a container made: nothing, once it is gone.
    func leftovers() throws -> [String] {
        var found = try Descriptor.open(base + "/own", [.directory]).entries().map { "own/" + $0 }
        found += try Descriptor.open(cgroups, [.directory]).entries().filter { $0.hasPrefix("kernel-test") }
        found += String(decoding: try Descriptor.contents(of: "/proc/self/mountinfo"), as: UTF8.self)
            .split(separator: "\n").filter { $0.contains(" overlay ") }.map { "mount \($0)" }
        return found
    }
}

struct CaseError: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// Ends, with what was printed written out.
func exitNow(_ code: Int32) -> Never { exit(code) }
