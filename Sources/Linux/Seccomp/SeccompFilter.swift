// SPDX-License-Identifier: Apache-2.0
internal import CLinux

/// A seccomp program as the kernel takes it: classic BPF over `struct seccomp_data`, as in `seccomp(2)`.
public struct SeccompFilter: Hashable, Sendable {
    /// The instructions, each a `struct sock_filter` in the memory order of this little-endian machine.
    ///
    /// Bits 0-15 are the code, 16-23 the jump if true, 24-31 the jump if false, 32-63 the operand.
    public var instructions: [UInt64]

    /// How it is loaded.
    public var flags: Flags

    public init(instructions: [UInt64], flags: Flags = []) {
        self.instructions = instructions
        self.flags = flags
    }

    /// The most instructions that the kernel takes: `BPF_MAXINSNS`.
    public static let longest = 4096
}

extension SeccompFilter {
    /// The program in these bytes, eight an instruction; nil if they are none, too many or not whole.
    public init?(bytes: some Collection<UInt8>) {
        guard !bytes.isEmpty, bytes.count % 8 == 0, bytes.count / 8 <= Self.longest else { return nil }
        self.init(instructions: [])
        instructions.reserveCapacity(bytes.count / 8)
        var word: UInt64 = 0
        var shift: UInt64 = 0
        for byte in bytes {
            word |= UInt64(byte) << shift
            shift += 8
            if shift == 64 {
                instructions.append(word)
                (word, shift) = (0, 0)
            }
        }
    }

    /// The bytes from which ``init(bytes:)`` makes the same program.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(instructions.count * 8)
        for word in instructions {
            for shift in stride(from: UInt64(0), to: 64, by: 8) {
                bytes.append(UInt8(truncatingIfNeeded: word >> shift))
            }
        }
        return bytes
    }
}

extension SeccompFilter {
    /// How a filter is loaded: the `SECCOMP_FILTER_FLAG_*` of `seccomp(2)`.
    public struct Flags: OptionSet, Hashable, Sendable {
        public let rawValue: UInt32
        public init(rawValue: UInt32) { self.rawValue = rawValue }

        /// All threads get the filter.
        public static let synchronizeThreads = Flags(rawValue: UInt32(SECCOMP_FILTER_FLAG_TSYNC))
        /// Every answer but "allow" is logged.
        public static let log = Flags(rawValue: UInt32(SECCOMP_FILTER_FLAG_LOG))
        /// Speculative store bypass stays on: faster, and weaker against Spectre 4.
        public static let allowSpeculation = Flags(rawValue: UInt32(SECCOMP_FILTER_FLAG_SPEC_ALLOW))
        /// Whoever loads the filter gets the descriptor by which a supervisor answers calls.
        public static let newListener = Flags(rawValue: UInt32(SECCOMP_FILTER_FLAG_NEW_LISTENER))
        /// Once the supervisor has a call, only a fatal signal interrupts it: since 5.19.
        public static let waitKillable = Flags(rawValue: 1 << 5 /* SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV */)
    }

    /// Puts the calling thread, and whatever it executes from now on, under this filter.
    ///
    /// It needs `no_new_privs` or `CAP_SYS_ADMIN`, and cannot be undone.
    ///
    /// The answer is the number of the listener where ``Flags/newListener`` asks for one; nobody owns it.
    @discardableResult
    public borrowing func load() throws(SystemError) -> Int32 {
        guard instructions.count <= Self.longest else { throw SystemError("seccomp", .invalid) }
        let count = UInt16(instructions.count)
        return try unsafe instructions.withUnsafeBufferPointer { (buffer) throws(SystemError) in
            let words = unsafe UnsafeRawPointer(buffer.baseAddress)
            let first = unsafe UnsafeMutablePointer(mutating: words?.assumingMemoryBound(to: sock_filter.self))
            var program = unsafe sock_fprog(len: count, filter: first)
            return try check("seccomp") { unsafe mb_seccomp(UInt32(SECCOMP_SET_MODE_FILTER), flags.rawValue, &program) }
        }
    }
}
