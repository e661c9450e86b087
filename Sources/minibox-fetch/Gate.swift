// SPDX-License-Identifier: Apache-2.0

/// Lets so many through at once, in the order in which they came.
actor Gate {
    private var free: Int
    private var waiting: [CheckedContinuation<Void, Never>] = []

    init(_ count: Int) { free = count }

    func pass<T>(_ work: @Sendable () async -> T) async -> T where T: Sendable {
        if free > 0 { free -= 1 } else { await withCheckedContinuation { waiting.append($0) } }
        let result = await work()
        if waiting.isEmpty { free += 1 } else { waiting.removeFirst().resume() }
        return result
    }
}
