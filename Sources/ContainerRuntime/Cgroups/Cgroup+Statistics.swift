// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Cgroup {
    /// What the container uses now: the data of `events --stats`.
    /// - Parameter process: of the container, whose network interfaces are counted; nil for none.
    public borrowing func statistics(process: Int32?) throws(CgroupError) -> CgroupStatistics {
        try attempt("read the statistics of") { () throws(SystemError) in
            var files: [String: [UInt8]] = [:]
            let pages = try directory.entries().filter { $0.hasPrefix("hugetlb.") }
            for name in CgroupStatistics.names + pages {
                do throws(SystemError) {
                    files[name] = try directory.contents(of: name)
                } catch {
                    // Of a controller that it does not have, or of a kernel that does not count pressure.
                    guard error.errno == .noEntry || error.errno == .notSupported else { throw error }
                }
            }
            return CgroupStatistics(
                files: files, interfaces: process.flatMap { try? Descriptor.contents(of: "/proc/\($0)/net/dev") })
        }
    }
}
