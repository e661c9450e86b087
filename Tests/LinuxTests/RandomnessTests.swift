// SPDX-License-Identifier: Apache-2.0
import Linux
import Testing

/// Bytes that nobody can guess.
@Suite("Random bytes")
struct RandomnessTests {
    @Test("are as many as were asked for", arguments: [0, 1, 7, 8, 9, 32])
    func count(_ count: Int) { #expect(Randomness.bytes(count).count == count) }

    @Test("are others at each place and each time")
    func others() {
        let draws = (0..<64).map { _ in Randomness.bytes(12) }
        for place in 0..<12 { #expect(Set(draws.map { $0[place] }).count > 1, "place \(place)") }
    }
}
