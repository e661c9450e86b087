// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// How layers are taken: with which limits, and how many at once.
public struct LayerSetting: Hashable, Sendable {
    public var limits = LayerLimits()
    /// The most processes at once; nil for as many as there are processors. 0 takes one layer after the other in this
    /// process, which is also what happens in one with several threads, since that cannot be cloned.
    public var workers: Int?

    public init() {}

    func workerCount() -> Int {
        if workers == 0 || (try? CurrentProcess.threadCount()) != 1 { return 0 }
        return workers ?? (try? CurrentProcess.processors().numbers.count) ?? 1
    }
}
