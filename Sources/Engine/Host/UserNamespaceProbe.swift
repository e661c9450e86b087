// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Linux

/// A user namespace that holds nothing but its map, to try with what a container's would be able to do.
enum UserNamespaceProbe {
    /// Makes one whose 65,536 ids are the first of `range`, and returns a descriptor that keeps it. The process that it
    /// was made with is gone on return.
    static func make(range: SubordinateRange) throws(SystemError) -> Descriptor {
        switch try Process.clone(into: .user) {
        case .child:
            try? CurrentProcess.setParentDeathSignal(.kill)
            while true { Clock.sleep(milliseconds: 1000) }
        case .parent(let process):
            defer {
                try? process.send(.kill)
                _ = try? process.wait()
            }
            let map = IDMap(extents: [IDExtent(inside: 0, outside: range.start, count: SubordinateRange.blockSize)])
            let directory = try Descriptor.open("/proc/\(process.id)", [.path, .directory])
            try directory.write(map.text, to: "uid_map")
            try directory.write(map.text, to: "gid_map")
            return try directory.open("ns/user", .readOnly)
        }
    }
}
