// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// How long each phase of a start took: what a person asks of one that was slow. It costs a reading of the clock a phase,
/// so it is always kept, where ``StepTimes`` is only on request.
public struct PhaseTimes: Hashable, Sendable {
    /// Nanoseconds, a place a phase in the order of ``Phase/allCases``; 0 where it did not happen.
    private var durations: [UInt64]
    private let began: UInt64
    private var last: UInt64

    init() {
        durations = Array(repeating: 0, count: Phase.allCases.count)
        began = Clock.monotonic
        last = began
    }

    /// Those that the child goes through, and tells of: all of it but the execution, which nobody of ours survives.
    private static let ofChild: [Phase] = [.build, .pivot, .inside, .confine, .gate]

    private static func place(of phase: Phase) -> Int { Phase.allCases.firstIndex(of: phase) ?? 0 }

    mutating func end(_ phase: Phase) {
        let now = Clock.monotonic
        durations[Self.place(of: phase)] = now - last
        last = now
    }

    /// This side has waited for the other up to now, which is no work of its own.
    mutating func wait() { last = Clock.monotonic }

    /// Nanoseconds.
    public subscript(phase: Phase) -> UInt64 { durations[Self.place(of: phase)] }

    /// Those that every start has, in their order.
    public var all: [(phase: Phase, nanoseconds: UInt64)] {
        Phase.allCases.filter { $0 != .gate && $0 != .after }.map { ($0, self[$0]) }
    }

    /// What the child tells: its own phases, one after the other.
    var told: [UInt64] { Self.ofChild.map { self[$0] } }

    /// How many numbers ``told`` has.
    static var countTold: Int { ofChild.count }

    /// Takes what the child has told. Its clock may be another, in a time namespace, so that only lengths count.
    mutating func adopt(_ told: [UInt64]) {
        guard told.count == Self.countTold else { return }
        for (phase, nanoseconds) in zip(Self.ofChild, told) { durations[Self.place(of: phase)] = nanoseconds }
    }

    /// The program runs: what no other phase has taken was its execution.
    mutating func endLaunch() {
        let whole = Clock.monotonic - began
        durations[Self.place(of: .launch)] = 0
        let rest = durations.reduce(0, +)
        durations[Self.place(of: .launch)] = whole - min(whole, rest)
    }
}
