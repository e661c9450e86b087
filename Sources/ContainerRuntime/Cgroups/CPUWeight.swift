// SPDX-License-Identifier: Apache-2.0

/// How cgroup v2 says the shares of cgroup v1: `cpu.weight`.
///
/// Shares are 2 to 262144 and 1024 by default; weights are 1 to 10000 and 100 by default. The straight line that
/// runtimes drew first gave a container with 1024 shares the weight 39, so that it had less than one that asked for
/// nothing. This is the curve that runc has since 1.3.2 and crun since 1.24: it meets the least, the greatest, and the
/// default.
public enum CPUWeight {
    /// The weight of `shares`; nil for 0, which is to say that nothing is asked for.
    public static func weight(ofShares shares: UInt64) -> UInt64? {
        if shares == 0 { return nil }
        if shares <= 2 { return 1 }
        if shares >= 262144 { return 10000 }
        let binary = log2(Double(shares))
        let value = power10((binary * binary + 125 * binary) / 612 - 7.0 / 34)
        // Of all shares 1024 alone gives a whole number, which an error in the last digit must not raise.
        return UInt64((value - 1e-9).rounded(.up))
    }

    /// The weight in `io.weight` of one in `blkio.weight`: 10 to 1000 become 1 to 10000.
    public static func inputOutput(of weight: UInt16) -> UInt64 { 1 + (UInt64(max(weight, 10)) - 10) * 9999 / 990 }

    /// The binary logarithm of a number from 1 on. What is left of it after the exponent is found bit by bit: a square
    /// doubles the logarithm.
    private static func log2(_ number: Double) -> Double {
        var (result, rest, bit) = (Double(number.exponent), number.significand, 0.5)
        for _ in 0..<52 {
            rest *= rest
            if rest >= 2 {
                rest /= 2
                result += bit
            }
            bit /= 2
        }
        return result
    }

    /// 10 to the power of a number that is not negative: each bit of its fraction is a square root more.
    private static func power10(_ exponent: Double) -> Double {
        var result = 1.0
        for _ in 0..<Int(exponent) { result *= 10 }
        var (rest, root) = (exponent - Double(Int(exponent)), 10.0)
        for _ in 0..<52 {
            root = root.squareRoot()
            rest *= 2
            if rest >= 1 {
                rest -= 1
                result *= root
            }
        }
        return result
    }
}
