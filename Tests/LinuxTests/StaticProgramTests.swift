// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Linux

/// Which files are programs that need no other.
@Suite struct StaticProgramTests {
    /// The head of a 64-bit ELF file whose program headers have these types.
    private static func head(_ types: [UInt8]) -> [UInt8] {
        var head: [UInt8] = [0x7F, 0x45, 0x4C, 0x46, 2, 1] + [UInt8](repeating: 0, count: 58)
        (head[32], head[54], head[56]) = (64, 56, UInt8(types.count))
        for type in types { head += [type] + [UInt8](repeating: 0, count: 55) }
        return head
    }

    @Test func anInterpreterIsAskedForOrNot() {
        #expect(StaticProgram.isOne(Self.head([6, 1, 1])))
        #expect(!StaticProgram.isOne(Self.head([6, 3, 1])) && !StaticProgram.isOne(Self.head([1, 3])))
    }

    @Test func whatIsNoWholeHeadIsNone() {
        let head = Self.head([6, 1])
        for count in 0..<head.count - 52 { #expect(!StaticProgram.isOne(Array(head.prefix(count))), "\(count)") }
        #expect(!StaticProgram.isOne(Self.head([])))
        for (place, byte) in [(0, 0x7E), (4, 1), (5, 2)] as [(Int, UInt8)] {
            var other = head
            other[place] = byte
            #expect(!StaticProgram.isOne(other), "\(place)")
        }
        // A table that is far behind the file.
        var far = head
        (far[38], far[39]) = (0xFF, 0x7F)
        #expect(!StaticProgram.isOne(far))
        #expect(!StaticProgram.isOne(Array("#!/bin/sh\n".utf8)) && !StaticProgram.isOne(at: "/nowhere"))
    }
}
