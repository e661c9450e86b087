// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime

/// The first line is `linux.cgroupsPath`, the second this process's own cgroup: the container's is always below the root
/// of the tree, or refused.
@Sendable func fuzzCgroupPath(_ bytes: [UInt8]) {
    let lines = bytes.split(separator: 0x0A, maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = lines.first.flatMap({ String(validating: $0, as: UTF8.self) }) else { return }
    let own = lines.count > 1 ? String(decoding: lines[1], as: UTF8.self) : "/"
    guard let place = try? CgroupPath(path, id: "box", own: own) else { return }
    expect(!place.names.isEmpty, "a container is in the root of the tree")
    for name in place.names {
        expect(!name.isEmpty && name != "." && name != "..", "a cgroup leads elsewhere: \(place)")
        expect(!name.utf8.contains(UInt8(ascii: "/")), "a name has a slash: \(place)")
    }
    guard lines.count == 1 else { return }
    let again = try? CgroupPath(place.description, id: "box", own: "/")
    expect(again == place, "a path is another when it is read again: \(place)")
}
