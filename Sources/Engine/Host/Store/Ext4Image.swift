// SPDX-License-Identifier: Apache-2.0

/// An empty ext4 file system, as the few blocks of it that are not zeros: Documentation/filesystems/ext4.
///
/// It is as `mke2fs` makes one, without the copies of the superblock: groups of 128 MiB, of which only the first and
/// a bitmap of the last are written (uninit_bg), extents, directory indexes, a journal. Written into a file of holes it takes some 50 KiB.
struct Ext4Image {
    static let blockSize = 4096
    static let groupSize: UInt64 = UInt64(blocksPerGroup * blockSize)
    /// The smallest that holds its journal and anything beside it.
    static let smallestSize = 2 * groupSize

    private static let blocksPerGroup = 32768
    private static let inodesPerGroup = 8192
    private static let inodeSize = 256
    private static let tableBlocks = inodesPerGroup * inodeSize / blockSize
    private static let firstFreeInode = 11
    private static let journalBlocks = 8192

    /// In bytes: a whole number of groups.
    let size: UInt64
    private let groups: Int
    private let descriptorBlocks: Int
    private let identity: [UInt8]
    private let seed: [UInt8]
    /// In seconds since 1970.
    private let time: UInt32

    /// One of at most `size` bytes, which is ``smallestSize`` at least.
    /// - Parameters:
    ///   - identity: 16 bytes, its UUID.
    ///   - seed: 16 bytes, for the hashes of directories' indexes.
    init(size: UInt64, identity: [UInt8], seed: [UInt8], time: UInt32) {
        groups = Int(size / Self.groupSize)
        self.size = UInt64(groups) * Self.groupSize
        descriptorBlocks = (groups * 32 + Self.blockSize - 1) / Self.blockSize
        self.identity = identity
        self.seed = seed
        self.time = time
    }

    // Where the parts of the first group are, in blocks.
    private var blockBitmap: Int { 1 + descriptorBlocks }
    private var inodeTable: Int { blockBitmap + 2 }
    private var rootBlock: Int { inodeTable + Self.tableBlocks }
    private var lostBlock: Int { rootBlock + 1 }
    private var journalBlock: Int { rootBlock + 2 }
    private var usedBlocks: Int { journalBlock + Self.journalBlocks }
    private var otherGroupsFree: Int { Self.blocksPerGroup - 2 - Self.tableBlocks }

    /// What is not zero, and where it belongs, in bytes.
    var pieces: [(offset: UInt64, bytes: [UInt8])] {
        func at(_ block: Int, _ bytes: [UInt8]) -> (offset: UInt64, bytes: [UInt8]) {
            (UInt64(block * Self.blockSize), bytes)
        }
        return [
            (1024, superblock.bytes), at(1, descriptors.bytes), at(blockBitmap, usedBlockBits),
            at(blockBitmap + 1, usedInodeBits), at(inodeTable, inodes.bytes), at(rootBlock, rootDirectory.bytes),
            at(lostBlock, lostDirectory.bytes), at(journalBlock, journal.bytes),
            at((groups - 1) * Self.blocksPerGroup, Self.bits(2 + Self.tableBlocks, of: Self.blocksPerGroup)),
        ]
    }

    private var superblock: LittleEndianBlock {
        var block = LittleEndianBlock(size: 1024)
        block.put(UInt32(groups * Self.inodesPerGroup), at: 0x00)
        block.put(UInt32(groups * Self.blocksPerGroup), at: 0x04)
        block.put(UInt32(Self.blocksPerGroup - usedBlocks + (groups - 1) * otherGroupsFree), at: 0x0C)
        block.put(UInt32(groups * Self.inodesPerGroup - Self.firstFreeInode), at: 0x10)
        block.put(UInt32(2), at: 0x18)  // 1024 << 2 bytes a block
        block.put(UInt32(2), at: 0x1C)
        block.put(UInt32(Self.blocksPerGroup), at: 0x20)
        block.put(UInt32(Self.blocksPerGroup), at: 0x24)
        block.put(UInt32(Self.inodesPerGroup), at: 0x28)
        block.put(time, at: 0x30)
        block.put(UInt16.max, at: 0x36)
        block.put(UInt16(0xEF53), at: 0x38)
        block.put(UInt16(1), at: 0x3A)  // clean
        block.put(UInt16(1), at: 0x3C)  // errors: continue
        block.put(time, at: 0x40)
        block.put(UInt32(1), at: 0x4C)
        block.put(UInt32(Self.firstFreeInode), at: 0x54)
        block.put(UInt16(Self.inodeSize), at: 0x58)
        block.put(UInt32(0x4 | 0x8 | 0x20 | 0x200), at: 0x5C)  // has_journal, ext_attr, dir_index, sparse_super2
        block.put(UInt32(0x2 | 0x40), at: 0x60)  // filetype, extents
        // sparse_super, large_file, huge_file, uninit_bg, dir_nlink, extra_isize
        block.put(UInt32(0x1 | 0x2 | 0x8 | 0x10 | 0x20 | 0x40), at: 0x64)
        block.put(identity, at: 0x68)
        block.put(Array("minibox".utf8), at: 0x78)
        block.put(UInt32(8), at: 0xE0)
        block.put(seed, at: 0xEC)
        block.put([1, 1], at: 0xFC)  // half MD4; a copy of the journal's inode follows
        block.put(UInt32(0xC), at: 0x100)  // user_xattr, acl
        block.put(time, at: 0x108)
        block.put(extent(of: journalBlock, count: Self.journalBlocks), at: 0x10C)
        block.put(UInt32(Self.journalBlocks * Self.blockSize), at: 0x10C + 64)
        block.put(UInt16(32), at: 0x15C)
        block.put(UInt16(32), at: 0x15E)
        block.put(UInt32(1), at: 0x160)  // signed characters in hashes
        return block
    }

    /// Of the groups. Only the first has anything in it.
    private var descriptors: LittleEndianBlock {
        var block = LittleEndianBlock(size: descriptorBlocks * Self.blockSize)
        for group in 0..<groups {
            let isFirst = group == 0
            let start = isFirst ? blockBitmap : group * Self.blocksPerGroup
            let freeInodes = UInt16(Self.inodesPerGroup - (isFirst ? Self.firstFreeInode : 0))
            let place = group * 32
            block.put(UInt32(start), at: place)
            block.put(UInt32(start + 1), at: place + 0x4)
            block.put(UInt32(start + 2), at: place + 0x8)
            block.put(UInt16(isFirst ? Self.blocksPerGroup - usedBlocks : otherGroupsFree), at: place + 0xC)
            block.put(freeInodes, at: place + 0xE)
            block.put(UInt16(isFirst ? 2 : 0), at: place + 0x10)
            // The table of inodes is zeros. Bitmaps come with the first use, but for blocks of the first and last group.
            block.put(UInt16(isFirst ? 0x4 : group == groups - 1 ? 0x1 | 0x4 : 0x1 | 0x2 | 0x4), at: place + 0x12)
            block.put(freeInodes, at: place + 0x1C)
            var sum = CRC16()
            sum.take(identity[...])
            sum.take(LittleEndianBlock.bytes(of: UInt32(group))[...])
            sum.take(block.bytes[place..<place + 0x1E])
            block.put(sum.value, at: place + 0x1E)
        }
        return block
    }

    private var usedBlockBits: [UInt8] { Self.bits(usedBlocks, of: Self.blocksPerGroup) }
    private var usedInodeBits: [UInt8] { Self.bits(Self.firstFreeInode, of: Self.inodesPerGroup) }

    /// A bitmap whose first `count` bits are set, and what is beyond the end.
    private static func bits(_ count: Int, of all: Int) -> [UInt8] {
        (0..<blockSize).map { index in
            if index >= all / 8 { return 0xFF }
            let rest = count - index * 8
            return rest >= 8 ? 0xFF : rest <= 0 ? 0 : UInt8((1 << rest) - 1)
        }
    }

    /// The root directory is 2, the journal 8, lost+found 11.
    private var inodes: LittleEndianBlock {
        var block = LittleEndianBlock(size: Self.firstFreeInode * Self.inodeSize)
        func put(_ number: Int, mode: UInt16, links: UInt16, block first: Int, count: Int) {
            let place = (number - 1) * Self.inodeSize
            block.put(mode, at: place)
            block.put(UInt32(count * Self.blockSize), at: place + 0x4)
            for offset in [0x8, 0xC, 0x10, 0x90] { block.put(time, at: place + offset) }
            block.put(links, at: place + 0x1A)
            block.put(UInt32(count * Self.blockSize / 512), at: place + 0x1C)
            block.put(UInt32(0x80000), at: place + 0x20)  // extents
            block.put(extent(of: first, count: count), at: place + 0x28)
            block.put(UInt16(32), at: place + 0x80)
        }
        put(2, mode: 0o040700, links: 3, block: rootBlock, count: 1)
        put(8, mode: 0o100600, links: 1, block: journalBlock, count: Self.journalBlocks)
        put(Self.firstFreeInode, mode: 0o040700, links: 2, block: lostBlock, count: 1)
        return block
    }

    /// The root of a tree of extents that has one.
    private func extent(of first: Int, count: Int) -> [UInt8] {
        var block = LittleEndianBlock(size: 60)
        block.put(UInt16(0xF30A), at: 0)
        block.put(UInt16(1), at: 2)
        block.put(UInt16(4), at: 4)
        block.put(UInt16(count), at: 16)
        block.put(UInt32(first), at: 20)
        return block.bytes
    }

    private var rootDirectory: LittleEndianBlock {
        Self.directory([(2, "."), (2, ".."), (UInt32(Self.firstFreeInode), "lost+found")])
    }

    private var lostDirectory: LittleEndianBlock { Self.directory([(UInt32(Self.firstFreeInode), "."), (2, "..")]) }

    /// A block of entries that are all directories; the last one's length is the rest of the block.
    private static func directory(_ entries: [(UInt32, String)]) -> LittleEndianBlock {
        var block = LittleEndianBlock(size: blockSize)
        var place = 0
        for (index, (inode, name)) in entries.enumerated() {
            let length = index == entries.count - 1 ? blockSize - place : (8 + name.utf8.count + 3) & ~3
            block.put(inode, at: place)
            block.put(UInt16(length), at: place + 4)
            block.put([UInt8(name.utf8.count), 2], at: place + 6)
            block.put(Array(name.utf8), at: place + 8)
            place += length
        }
        return block
    }

    /// The superblock of an empty journal, whose numbers are big-endian: Documentation/filesystems/ext4, "Journal (jbd2)".
    private var journal: LittleEndianBlock {
        var block = LittleEndianBlock(size: 1024)
        let fields: [(Int, UInt32)] = [
            (0x0, 0xC03B_3998), (0x4, 4), (0xC, UInt32(Self.blockSize)), (0x10, UInt32(Self.journalBlocks)), (0x14, 1),
            (0x18, 1), (0x40, 1),
        ]
        for (place, value) in fields { block.put(value.byteSwapped, at: place) }
        block.put(identity, at: 0x30)
        return block
    }
}

/// Bytes into which little-endian numbers are put.
struct LittleEndianBlock {
    private(set) var bytes: [UInt8]

    init(size: Int) { bytes = [UInt8](repeating: 0, count: size) }

    mutating func put(_ values: [UInt8], at place: Int) {
        bytes.replaceSubrange(place..<place + values.count, with: values)
    }
    mutating func put(_ value: some FixedWidthInteger & UnsignedInteger, at place: Int) {
        put(Self.bytes(of: value), at: place)
    }

    static func bytes(of value: some FixedWidthInteger & UnsignedInteger) -> [UInt8] {
        (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
    }
}

/// The checksum of a group's descriptor: CRC-16 with the polynomial 0x8005, reflected, from 0xFFFF on.
struct CRC16 {
    private(set) var value: UInt16 = 0xFFFF

    mutating func take(_ bytes: ArraySlice<UInt8>) {
        for byte in bytes {
            value ^= UInt16(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xA001 : value >> 1 }
        }
    }
}
