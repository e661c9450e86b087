// SPDX-License-Identifier: Apache-2.0
import OCI

/// The maps of a user namespace, twelve bytes a line, are judged as the kernel judges them, which looks at each pair.
@Sendable func fuzzIDMap(_ bytes: [UInt8]) {
    var lines: [RuntimeConfiguration.IDMapping] = []
    for start in stride(from: 0, through: bytes.count - 12, by: 12) {
        func number(_ offset: Int) -> UInt32 {
            bytes[start + offset..<start + offset + 4].reduce(0) { $0 << 8 | UInt32($1) }
        }
        lines.append(.init(containerID: number(0), hostID: number(4), size: number(8)))
    }
    var configuration = RuntimeConfiguration(
        ociVersion: "1.0.0", root: .init(path: "/"), process: .init(args: ["a"], cwd: "/"))
    configuration.linux.namespaces = [.init(type: .user, path: "/x")]
    configuration.linux.uidMappings = lines
    let isRefused = configuration.problems().contains { $0.severity == .error }
    expect(isRefused == !isMap(lines), "the kernel has another opinion of \(lines)")
    guard let again = try? RuntimeConfiguration(parsing: configuration.json.bytes()) else {
        expect(false, "what was written of a map is none")
        return
    }
    expect(again == configuration, "a map is another after writing")
}

/// map_write() of the kernel, line by line.
private func isMap(_ lines: [RuntimeConfiguration.IDMapping]) -> Bool {
    if lines.count > 340 { return false }
    for (index, line) in lines.enumerated() {
        if line.size == 0 || line.containerID == .max || line.hostID == .max { return false }
        if line.containerID &+ line.size <= line.containerID || line.hostID &+ line.size <= line.hostID {
            return false
        }
        for other in lines[..<index] {
            for side in [\RuntimeConfiguration.IDMapping.containerID, \.hostID] {
                let (first, second) = (UInt64(line[keyPath: side]), UInt64(other[keyPath: side]))
                if first < second + UInt64(other.size), second < first + UInt64(line.size) { return false }
            }
        }
    }
    return true
}
