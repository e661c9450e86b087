// SPDX-License-Identifier: Apache-2.0
internal import OCI

extension CgroupStatistics {
    var memory: JSON {
        let statistics = numbers("memory.stat")
        let events = numbers("memory.events")
        var result = Self.object([("cache", statistics["file"] ?? 0)])
        result["usage"] = entry(
            limit: limit("memory.max"), usage: number("memory.current"), peak: number("memory.peak"),
            failures: events["max"] ?? 0)
        result["swap"] = swap
        result["kernel"] = entry()
        result["kernelTCP"] = entry()
        if !statistics.isEmpty {
            result["raw"] = .object(JSON.Object(statistics.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) }))
        }
        result["psi"] = pressure("memory.pressure")
        if !events.isEmpty {
            result["event_count"] = .object(
                JSON.Object(events.sorted { $0.key < $1.key }.map { ($0.key, JSON($0.value)) }))
        }
        return result
    }

    /// As the first version counts it: memory and swap together.
    private var swap: JSON {
        guard files["memory.swap.current"] != nil else { return entry() }
        let (memory, swap) = (limit("memory.max"), limit("memory.swap.max"))
        return entry(
            limit: memory == .max || swap == .max ? .max : memory.addingReportingOverflow(swap).partialValue,
            usage: number("memory.current") + number("memory.swap.current"))
    }

    /// No limit is the greatest number that there is.
    private func limit(_ file: String) -> UInt64 { word(file) == "max" ? .max : number(file) }

    private func entry(limit: UInt64 = 0, usage: UInt64 = 0, peak: UInt64 = 0, failures: UInt64 = 0) -> JSON {
        var result: JSON = ["limit": JSON(limit)]
        if usage != 0 { result["usage"] = JSON(usage) }
        if peak != 0 { result["max"] = JSON(peak) }
        result["failcnt"] = JSON(failures)
        return result
    }
}
