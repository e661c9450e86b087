// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// How many processors have a directory below `/sys/devices/system/cpu`.
public enum ProcessorCount {
    /// One more than the highest number of a processor that is there, asleep or not: one may be woken while a
    /// container runs, and its files have to be masked before that. 1 where the kernel does not tell.
    public static func present() -> Int {
        guard let file = try? Descriptor.open("/sys/devices/system/cpu/present", .readOnly),
            let list = try? file.read(upTo: 256)
        else { return 1 }
        return count(in: list)
    }

    /// How many processors run programs now; 1 where the kernel does not tell.
    static func online() -> Int {
        guard let list = Doctor.text(of: "/sys/devices/system/cpu/online") else { return 1 }
        return (try? CPUList(parsing: list))?.numbers.count ?? 1
    }

    /// Of a list as in `0-3,5\n`: Documentation/admin-guide/cputopology.rst. It is ascending.
    static func count(in list: [UInt8]) -> Int {
        var last = 0
        for byte in list {
            switch byte {
            case 0x30...0x39: last = last &* 10 &+ Int(byte - 0x30)
            case UInt8(ascii: "-"), UInt8(ascii: ","): last = 0
            default: return last + 1
            }
        }
        return last + 1
    }
}
