// SPDX-License-Identifier: Apache-2.0
internal import Glibc

/// Memory that a process shares with the copies that it makes of itself from then on: mmap(2), MAP_SHARED and
/// MAP_ANONYMOUS. It starts as zeros, and goes with the last of them.
///
/// Who writes where, and when the others may read it, is for the processes to agree on.
@safe public final class SharedMemory {
    /// How many bytes there are.
    public let count: Int
    private let start: UnsafeMutableRawPointer

    public init(count: Int) throws(SystemError) {
        precondition(count > 0, "no memory to share")
        let made = unsafe mmap(nil, count, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0)
        guard let made = unsafe made, unsafe made != MAP_FAILED else {
            throw SystemError("mmap", Errno(rawValue: Glibc.errno))
        }
        unsafe start = made
        self.count = count
    }

    deinit { unsafe munmap(start, count) }

    /// Puts `bytes` at the place `offset`, where there must be room for them.
    public func write(_ bytes: ArraySlice<UInt8>, at offset: Int) {
        precondition(offset >= 0 && bytes.count <= count - offset, "no room in what is shared")
        unsafe bytes.withUnsafeBytes { source in
            guard let base = source.baseAddress else { return }
            unsafe start.advanced(by: offset).copyMemory(from: base, byteCount: source.count)
        }
    }

    /// The `length` bytes at the place `offset`.
    public func read(at offset: Int, count length: Int) -> [UInt8] {
        precondition(offset >= 0 && length >= 0 && length <= count - offset, "nothing there is shared")
        return unsafe [UInt8](unsafeUninitializedCapacity: length) { target, filled in
            if let base = target.baseAddress {
                unsafe UnsafeMutableRawPointer(base).copyMemory(from: start.advanced(by: offset), byteCount: length)
            }
            filled = length
        }
    }
}
