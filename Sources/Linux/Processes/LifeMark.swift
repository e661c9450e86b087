// SPDX-License-Identifier: Apache-2.0
internal import CLinux
internal import Glibc

/// A mark in a file by which everybody who reads the file can tell that this process lives. The kernel changes it when
/// the process ends, however it ends, so that a look at many is one read of one file.
///
/// It is what robust mutexes are made of: a list of words in memory that is shared, here with a file, which the kernel
/// walks at a process' end, and in which it puts FUTEX_OWNER_DIED where it finds the process' own number
/// (Documentation/locking/robust-futexes.rst, set_robust_list(2), `exit_robust_list` of kernel/futex/core.c). The number
/// is the one in the process' own pid namespace, and who reads the mark need not be in it.
///
/// A place has ``size`` bytes: the link to the next, 8 bytes; the word, 4 bytes, 0 where the place is free; 4 unused; and
/// 48 that are its owner's to fill. Only a process with one thread may have marks.
@safe public final class LifeMark {
    public static let size = 64
    /// How many bytes of a place are the owner's, at its end.
    public static let subjectSize = 48
    private static let wordOffset = 8
    private static let subjectOffset = 16
    /// FUTEX_OWNER_DIED of linux/futex.h.
    private static let ended: UInt32 = 0x4000_0000

    /// What a place says.
    public enum State: Hashable, Sendable {
        case free, living, ended
    }

    private let file: Descriptor
    private let offset: Int
    private let owner: Int32
    private let mapping: UnsafeMutableRawPointer
    private let length: Int
    private let entry: UnsafeMutableRawPointer
    private var isSet = true

    /// Puts a mark at `offset`, a multiple of ``size``, of a file that is open for reading and writing. What is there is
    /// written over, and the file made longer where it ends before.
    public init(in file: consuming Descriptor, at offset: Int, subject: [UInt8]) throws(SystemError) {
        precondition(offset % Self.size == 0 && subject.count <= Self.subjectSize, "no place for a mark")
        var place = [UInt8](repeating: 0, count: Self.subjectOffset) + subject
        place += [UInt8](repeating: 0, count: Self.size - place.count)
        // Written, and not only mapped: where the disk is full that is an error, and no SIGBUS.
        try file.write(place, at: offset)
        let page = Int(getpagesize())
        let number = file.raw
        let start = offset / page * page
        guard let mapping = unsafe mmap(nil, page, PROT_READ | PROT_WRITE, MAP_SHARED, number, off_t(start)),
            Int(bitPattern: mapping) != -1
        else { throw SystemError("mmap", Errno(rawValue: Glibc.errno)) }
        let entry = unsafe mapping + (offset - start)
        do throws(SystemError) {
            let head = try unsafe Self.head()
            unsafe entry.storeBytes(of: head.load(as: UInt.self), as: UInt.self)
            unsafe head.storeBytes(of: UInt(bitPattern: entry), as: UInt.self)
        } catch {
            unsafe munmap(mapping, page)
            throw error
        }
        owner = getpid()
        self.file = file
        self.offset = offset
        unsafe self.mapping = mapping
        unsafe self.entry = entry
        length = page
        try write(UInt32(bitPattern: owner))
    }

    /// What the place at `offset` of the file's contents says.
    public static func state(at offset: Int, in bytes: [UInt8]) -> State {
        guard offset >= 0, offset + size <= bytes.count else { return .free }
        var word: UInt32 = 0
        for place in 0..<4 { word |= UInt32(bytes[offset + wordOffset + place]) << (8 * place) }
        return word == 0 ? .free : word & ended != 0 ? .ended : .living
    }

    /// What its owner has put at `offset`, and zeros behind it.
    public static func subject(at offset: Int, in bytes: [UInt8]) -> ArraySlice<UInt8> {
        bytes[(offset + subjectOffset)..<(offset + size)]
    }

    /// Frees the place at `offset`, whose process has ended.
    public static func free(_ file: borrowing Descriptor, at offset: Int) throws(SystemError) {
        try file.write([0, 0, 0, 0], at: offset + wordOffset)
    }

    /// Takes the mark away: what it stood for is done.
    public func clear() { unset(0) }

    /// One that is given up says what it would if the process had ended.
    deinit {
        unset(Self.ended)
        unsafe munmap(mapping, length)
    }

    private func unset(_ word: UInt32) {
        // A copy of the process has a copy of this, but not the list.
        guard isSet, owner == getpid() else { return }
        isSet = false
        // The kernel leaves a word alone that does not have its process's number: killed in between, the word counts.
        try? write(word)
        unlink()
    }

    private func write(_ word: UInt32) throws(SystemError) {
        try file.write((0..<4).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) }, at: offset + Self.wordOffset)
    }

    /// The head of this process' list: `struct robust_list_head` of linux/futex.h. The one that the C library has made is
    /// for its own mutexes, of which there are none.
    private static func head() throws(SystemError) -> UnsafeMutableRawPointer {
        var current: UnsafeMutableRawPointer?
        try check("get_robust_list") { unsafe mb_get_robust_list(&current) }
        if let head = unsafe current, unsafe head.load(fromByteOffset: 8, as: Int.self) == wordOffset {
            return unsafe head
        }
        // It stays as long as the process. Shared, though with nobody: the kernel takes memory that is a process' alone away
        // from one that it kills for want of memory, before the list is walked (__oom_reap_task_mm of mm/oom_kill.c).
        guard
            let made = unsafe mmap(
                nil, Int(getpagesize()), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0),
            Int(bitPattern: made) != -1
        else { throw SystemError("mmap", Errno(rawValue: Glibc.errno)) }
        unsafe made.storeBytes(of: UInt(bitPattern: made), as: UInt.self)
        unsafe made.storeBytes(of: wordOffset, toByteOffset: 8, as: Int.self)
        unsafe made.storeBytes(of: 0, toByteOffset: 16, as: Int.self)
        try check("set_robust_list") { unsafe mb_set_robust_list(made) }
        return unsafe made
    }

    private func unlink() {
        guard let head = unsafe try? Self.head() else { return }
        var place = unsafe head
        while true {
            let next = unsafe place.load(as: UInt.self)
            if unsafe next == UInt(bitPattern: entry) {
                unsafe place.storeBytes(of: entry.load(as: UInt.self), as: UInt.self)
                return
            }
            guard next != UInt(bitPattern: head), let further = unsafe UnsafeMutableRawPointer(bitPattern: next) else {
                return
            }
            unsafe place = further
        }
    }
}
