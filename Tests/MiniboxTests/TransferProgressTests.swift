// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import minibox

/// Numbers that a registry, or the program that speaks with it, may say.
@Suite struct TransferProgressTests {
    private static let numbers: [Int64] = [.min, -1, 0, 1, 1 << 40, .max - 1, .max]

    @Test(arguments: numbers.filter { $0 >= 0 }, numbers) func anySizeCanBeShown(_ size: Int64, _ done: Int64) {
        var progress = TransferProgress()
        progress.layers = [TransferProgress.Layer(name: "a", size: size)]
        progress.move(0, to: 0, at: 1)
        progress.move(0, to: done, at: 2)
        progress.move(0, to: done, at: 3_000_000_000)
        let line = progress.layers[0].line("Downloading")
        #expect(line.hasPrefix("a: Downloading [") && !line.contains("-"), "\(line)")
        progress.move(7, to: done, at: 4)
    }

    @Test func itIsShownAsItIs() {
        var progress = TransferProgress()
        progress.layers = [TransferProgress.Layer(name: "a", size: 2_000_000)]
        progress.move(0, to: 500_000, at: 1_000_000_000)
        progress.move(0, to: 1_000_000, at: 2_000_000_000)
        #expect(progress.layers[0].line("Pushing") == "a: Pushing [============>            ] 1.00MB/2.00MB 500kB/s 2s")
    }

    @Test(arguments: [
        (Int64(0), "0B"), (999, "999B"), (4_260_000, "4.26MB"), (Int64.max, "9223372TB"), (1 << 60, "1152921TB"),
    ])
    func aSizeOfAnyNumberOfBytes(_ bytes: Int64, _ text: String) { #expect(ImagesCommand.size(bytes) == text) }
}
