// SPDX-License-Identifier: Apache-2.0
import OCI

/// A text is the name of a sysctl or none, and the file that it names is below `/proc/sys`; or it is a list of numbers.
@Sendable func fuzzKernelWords(_ bytes: [UInt8]) {
    guard let text = String(validating: bytes, as: UTF8.self) else { return }
    if let key = RuntimeConfiguration.sysctlKey(text) {
        let names = key.split(separator: ".", omittingEmptySubsequences: false).map {
            String($0.map { $0 == "/" ? "." : $0 })
        }
        expect(names.count > 1, "a sysctl has one name alone")
        for name in names {
            expect(!name.isEmpty && name != "." && name != "..", "a sysctl leads elsewhere: \(key)")
            expect(!name.utf8.contains(UInt8(ascii: "/")), "a name has a slash: \(key)")
        }
        expect(RuntimeConfiguration.sysctlKey(key) == key, "a sysctl is another when it is read again: \(key)")
    }
    if let list = NumberList(parsing: text) {
        expect(!list.ranges.isEmpty && list.ranges.allSatisfy { $0.lowerBound >= 0 }, "an odd list: \(list)")
        expect(NumberList(parsing: "\(list)") == list, "a list is another after writing: \(list)")
    }
}
