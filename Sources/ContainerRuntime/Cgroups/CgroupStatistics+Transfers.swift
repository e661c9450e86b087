// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension CgroupStatistics {
    /// `io.stat`: a disk a line, as in `8:0 rbytes=1 wbytes=2 rios=3 wios=4 dbytes=5 dios=6`.
    var disks: JSON {
        var (bytes, operations): ([JSON], [JSON]) = ([], [])
        for line in (files["io.stat"] ?? []).split(separator: UInt8(ascii: "\n")) {
            let words = CgroupTree.words(Array(line))
            let numbers = words.first.map { $0.split(separator: ":").compactMap { UInt64($0) } } ?? []
            guard numbers.count == 2 else { continue }
            for word in words.dropFirst() {
                let parts = word.split(separator: "=")
                guard parts.count == 2, let value = UInt64(parts[1]) else { continue }
                var entry = Self.object([("major", numbers[0]), ("minor", numbers[1])])
                func add(_ operation: String, to list: inout [JSON]) {
                    entry["op"] = JSON(operation)
                    if value != 0 { entry["value"] = JSON(value) }
                    list.append(entry)
                }
                switch parts[0] {
                case "rbytes": add("Read", to: &bytes)
                case "wbytes": add("Write", to: &bytes)
                case "dbytes": add("Discard", to: &bytes)
                case "rios": add("Read", to: &operations)
                case "wios": add("Write", to: &operations)
                case "dios": add("Discard", to: &operations)
                default: break
                }
            }
        }
        var result: JSON = .object(JSON.Object())
        if !bytes.isEmpty { result["ioServiceBytesRecursive"] = .array(bytes) }
        if !operations.isEmpty { result["ioServicedRecursive"] = .array(operations) }
        result["psi"] = pressure("io.pressure")
        return result
    }

    /// Each interface but the loopback one: proc_pid_net(5), `/proc/net/dev`, whose two first lines are the heading.
    var network: [JSON] {
        (interfaces ?? []).split(separator: UInt8(ascii: "\n")).dropFirst(2).compactMap { line in
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { return nil }
            let name = CgroupTree.words(Array(line[..<colon])).first ?? ""
            let counts = CgroupTree.words(Array(line[(colon + 1)...])).map { UInt64($0) ?? 0 }
            guard counts.count >= 12, name != "lo" else { return nil }
            return [
                "Name": JSON(name), "RxBytes": JSON(counts[0]), "RxPackets": JSON(counts[1]),
                "RxErrors": JSON(counts[2]), "RxDropped": JSON(counts[3]), "TxBytes": JSON(counts[8]),
                "TxPackets": JSON(counts[9]), "TxErrors": JSON(counts[10]), "TxDropped": JSON(counts[11]),
            ]
        }
    }
}
