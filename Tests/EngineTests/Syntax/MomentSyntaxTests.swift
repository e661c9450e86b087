// SPDX-License-Identifier: Apache-2.0
import Engine
import Linux
import Testing

/// `--since` and `--until`.
@Suite struct MomentSyntaxTests {
    private let now = FileTime(seconds: 1_795_255_323, nanoseconds: 250_000_000)

    @Test(
        arguments: [
            ("0", 0, 0), ("1700000000", 1_700_000_000, 0), ("1700000000.5", 1_700_000_000, 500_000_000),
            ("1.0000000019", 1, 1), ("10m", 1_795_254_723, 250_000_000), ("1h30m", 1_795_249_923, 250_000_000),
            ("300ms", 1_795_255_322, 950_000_000), ("-10s", 1_795_255_333, 250_000_000),
            ("2026-11-21T10:02:03Z", 1_795_255_323, 0), ("2026-11-21T10:02:03.5Z", 1_795_255_323, 500_000_000),
            ("2026-11-21T11:02:03+01:00", 1_795_255_323, 0), ("2026-11-21T09:32:03-00:30", 1_795_255_323, 0),
            ("2026-11-21T10:02:03", 1_795_255_323, 0), ("2026-11-21T10:02", 1_795_255_320, 0),
            ("2026-11-21", 1_795_219_200, 0), ("2024-02-29", 1_709_164_800, 0), ("1970-01-01", 0, 0),
            ("1969-12-31T23:59:59Z", -1, 0), ("2000-03-01", 951_868_800, 0),
        ] as [(String, Int64, Int64)])
    func aMomentIsRead(_ text: String, _ seconds: Int64, _ nanoseconds: Int64) throws {
        #expect(
            try MomentArgument(parsing: text, now: now).time == FileTime(seconds: seconds, nanoseconds: nanoseconds))
    }

    @Test(arguments: [
        "", "x", "yesterday", "2026-13-01", "2026-11-32", "2026-11-21T25:00", "2026-11-21T10:02:03.Z",
        "2026-11-21T10:02:03+1", "2026-11-21Tx", "2026-11-21T10:02:03Zx", "1700000000.", "99999999999999",
    ])
    func whatIsNoneIsRefused(_ text: String) {
        #expect(refusal(text, MomentArgument.init(parsing:))?.contains("is no moment") == true, "\(text)")
    }
}
