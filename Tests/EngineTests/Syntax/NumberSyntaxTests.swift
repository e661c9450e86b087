// SPDX-License-Identifier: Apache-2.0
import Engine
import Testing

@Suite struct ByteCountTests {
    @Test(
        arguments: [
            ("0", 0), ("512", 512), ("512b", 512), ("1k", 1024), ("1K", 1024), ("1kb", 1024), ("1kib", 1024),
            ("64m", 64 << 20), ("64MB", 64 << 20), ("64MiB", 64 << 20), ("1.5g", 3 << 29), ("0.5k", 512),
            ("2t", 2 << 40), ("1p", 1 << 50), ("32 kb", 32 << 10), ("1.9", 1), ("8191p", 8191 << 50),
        ] as [(String, UInt64)]) func readsSizesAsDocker(text: String, bytes: UInt64) throws
    {
        #expect(try ByteCount(parsing: text).bytes == bytes)
    }

    @Test(arguments: [
        "", "12q", "m", "-1", "-5m", "1.2.3", ".5g", "5.g", "1kk", "1ki", "1bb", "1  k", " 1k", "k1", "0x10", "1e3",
        "+1", "1,5g", "inf", "nan",
    ]) func refusesWhatIsNoSize(text: String) {
        #expect(
            refusal(text, ByteCount.init(parsing:))
                == "'\(text)' is not a size: write a number with b, k, m, g, t or p behind it, as in 512m")
    }

    @Test(arguments: ["8192p", "9223372036854775808", "99999999999g", "9999.5p"])
    func refusesWhatOverflows(text: String) {
        #expect(refusal(text, ByteCount.init(parsing:))?.hasPrefix("'\(text)' is too large") == true)
    }

    @Test func readsMinusOneAsNoLimitWhereThatMayBe() throws {
        #expect(try ByteLimit(parsing: "-1") == .unlimited)
        #expect(try ByteLimit(parsing: "1g") == .bytes(1 << 30))
        #expect(refusal("-2", ByteLimit.init(parsing:)) != nil)
    }
}

@Suite struct DurationValueTests {
    @Test(
        arguments: [
            ("0", 0), ("+0", 0), ("1ns", 1), ("1us", 1000), ("1µs", 1000), ("300ms", 300_000_000),
            ("1m30s", 90_000_000_000), ("1.5h", 5_400_000_000_000), (".5s", 500_000_000), ("1.s", 1_000_000_000),
            ("-1.5s", -1_500_000_000), ("1h2m3s4ms5us6ns", 3_723_004_005_006), ("0.123456789s", 123_456_789),
            ("0.05m", 3_000_000_000),
        ] as [(String, Int64)]) func readsDurationsAsGo(text: String, nanoseconds: Int64) throws
    {
        #expect(try DurationValue(parsing: text).nanoseconds == nanoseconds)
    }

    @Test(arguments: ["", "1", "s", "1x", ".s", "1m30", "-", "1 s", "1d", "--1s", "9999999h", "1m-30s"])
    func refusesWhatIsNoDuration(text: String) {
        #expect(
            refusal(text, DurationValue.init(parsing:))
                == "'\(text)' is not a duration: write numbers with h, m, s or ms behind them, as in 1m30s")
    }
}

@Suite struct ProcessorSyntaxTests {
    @Test(
        arguments: [
            ("1.5", 1_500_000_000, 150_000), ("0.25", 250_000_000, 25_000), (".5", 500_000_000, 50_000),
            ("2", 2_000_000_000, 200_000), ("2.", 2_000_000_000, 200_000), ("0.01", 10_000_000, 1000),
            ("0", 0, nil), ("1.123456789", 1_123_456_789, 112_345),
        ] as [(String, UInt64, UInt64?)]) func readsProcessorCounts(text: String, nano: UInt64, quota: UInt64?) throws
    {
        let count = try CPUCount(parsing: text)
        #expect(count.nanoCPUs == nano)
        #expect(count.quota() == quota)
    }

    @Test(arguments: [
        ("", "is not a number of processors"), (".", "is not a number"), ("-1", "is not a number"),
        ("1.2.3", "is not a number"), ("two", "is not a number"), ("1/2", "is not a number"),
        ("0.1234567890", "is too precise"), ("0.001", "is less than the kernel can share out"),
        ("9999999", "is more processors than"),
    ]) func refusesOtherProcessorCounts(text: String, reason: String) {
        #expect(refusal(text, CPUCount.init(parsing:))?.contains(reason) == true)
    }

    @Test func readsProcessorLists() throws {
        #expect(try CPUList(parsing: "0-3,5").numbers == [0, 1, 2, 3, 5])
        #expect(try CPUList(parsing: "5,0-1,1").description == "0,1,5")
        for text in ["", ",", "3-1", "a", "0-", "-1", "1,,2", "0-9999999999", "0-1-2"] {
            #expect(refusal(text, CPUList.init(parsing:))?.contains("is not a list of processors") == true)
        }
    }

    @Test func readsNodesOfMemory() throws {
        #expect(try MemoryNodeList(parsing: "1,0-1").description == "0,1")
        for text in ["", "0-", "1024", "a"] {
            #expect(refusal(text, MemoryNodeList.init(parsing:))?.contains("is not a list of nodes") == true)
        }
    }

    @Test func readsWeightsLimitsAndScores() throws {
        #expect(try BlockWeight(parsing: "10").weight == 10 && BlockWeight(parsing: "1000").weight == 1000)
        for text in ["9", "1001", "-1", "x", ""] { #expect(refusal(text, BlockWeight.init(parsing:)) != nil) }
        #expect(try CPUShares(parsing: "512").shares == 512)
        #expect(try CPUShares(parsing: "0").shares == 1024)
        for text in ["1", "262145", "-1", "x"] { #expect(refusal(text, CPUShares.init(parsing:)) != nil) }
        #expect(try ProcessLimit(parsing: "100") == .processes(100))
        #expect(try ProcessLimit(parsing: "-1") == .unlimited)
        #expect(try ProcessLimit(parsing: "0") == .unlimited)
        for text in ["-2", "4194305", "many", ""] { #expect(refusal(text, ProcessLimit.init(parsing:)) != nil) }
        #expect(try OutOfMemoryScore(parsing: "-500").score == -500)
        for text in ["1001", "-1001", ""] { #expect(refusal(text, OutOfMemoryScore.init(parsing:)) != nil) }
        #expect(try FileModeMask(parsing: "022").bits == 0o022)
        for text in ["8", "1000", "-1", ""] { #expect(refusal(text, FileModeMask.init(parsing:)) != nil) }
    }
}
