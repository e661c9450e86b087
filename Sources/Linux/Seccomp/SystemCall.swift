// SPDX-License-Identifier: Apache-2.0

/// A system call as a filter sees it: `struct seccomp_data` of `linux/seccomp.h`, without the instruction pointer.
public struct SystemCall: Hashable, Sendable {
    /// ``SeccompArchitecture/auditValue``.
    public var architecture: UInt32
    public var number: UInt32
    /// Six of them.
    public var arguments: [UInt64]

    public init(_ number: UInt32, _ arguments: [UInt64] = [], on architecture: SeccompArchitecture = .native) {
        self.number = number
        self.architecture = architecture.auditValue
        self.arguments = (0..<6).map { arguments.indices.contains($0) ? arguments[$0] : 0 }
    }

    /// execveat(2) of this machine.
    public static var executeByDescriptor: SystemCall {
        #if arch(x86_64)
            SystemCall(322)
        #else
            SystemCall(281)
        #endif
    }

    /// The 32-bit word at this offset of the structure.
    func word(at offset: UInt32) -> UInt32? {
        switch offset {
        case 0: return number
        case 4: return architecture
        case 8, 12: return 0
        case 16..<64 where offset % 4 == 0:
            let argument = arguments[Int(offset - 16) / 8]
            return UInt32(truncatingIfNeeded: offset % 8 == 0 ? argument : argument >> 32)
        default: return nil
        }
    }
}
