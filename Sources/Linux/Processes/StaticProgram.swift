// SPDX-License-Identifier: Apache-2.0

/// Programs that need no file beside their own.
public enum StaticProgram {
    /// Whether the first bytes of a file, some kilobytes, are those of a 64-bit ELF program that asks for no interpreter:
    /// elf(5), `PT_INTERP`.
    public static func isOne(_ head: [UInt8]) -> Bool {
        func number(_ place: Int, _ size: Int) -> Int? {
            guard place >= 0, place + size <= head.count else { return nil }
            return head[place..<place + size].reversed().reduce(0) { $0 << 8 | Int($1) }
        }
        // ELFCLASS64 and ELFDATA2LSB: what every architecture has that this is compiled for.
        guard head.starts(with: [0x7F, 0x45, 0x4C, 0x46, 2, 1]), let table = number(32, 8),
            table >= 0, table < head.count, let size = number(54, 2),
            let count = number(56, 2), count > 0
        else { return false }
        return (0..<count).allSatisfy { entry in
            guard let type = number(table + entry * size, 4) else { return false }
            return type != 3
        }
    }

    /// The same of a file's.
    public static func isOne(at path: String) -> Bool {
        guard let head = try? Descriptor.open(path, .readOnly).read(upTo: 4096) else { return false }
        return isOne(head)
    }
}
