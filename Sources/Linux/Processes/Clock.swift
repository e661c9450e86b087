// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// The clocks of the machine: clock_gettime(2).
public enum Clock {
    /// Nanoseconds since an arbitrary start, never going back.
    public static var monotonic: UInt64 {
        var now = timespec()
        unsafe clock_gettime(CLOCK_MONOTONIC, &now)
        return UInt64(now.tv_sec) * 1_000_000_000 + UInt64(now.tv_nsec)
    }

    /// Waits.
    public static func sleep(milliseconds: UInt32) { usleep(milliseconds * 1000) }

    /// The time of day.
    public static var wall: FileTime {
        var now = timespec()
        unsafe clock_gettime(CLOCK_REALTIME, &now)
        return FileTime(seconds: Int64(now.tv_sec), nanoseconds: Int64(now.tv_nsec))
    }
}

/// Bytes that nobody can guess: getrandom(2).
public enum Randomness {
    public static func bytes(_ count: Int) -> [UInt8] {
        var generator = SystemRandomNumberGenerator()
        var bytes: [UInt8] = []
        bytes.reserveCapacity(count)
        // Each word is a call of the kernel's.
        while bytes.count < count {
            var word = generator.next()
            for _ in 0..<min(8, count - bytes.count) {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        return bytes
    }
}
