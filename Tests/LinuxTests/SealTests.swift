// SPDX-License-Identifier: Apache-2.0
import Foundation
import Glibc
import Testing

@testable import Linux

/// A file in memory that somebody has hold of yet is not sealed: fcntl(2), EBUSY.
@Suite struct SealTests {
    /// A page of it, mapped so that it can be written.
    private func map(_ file: borrowing Descriptor) throws -> Int {
        let number = file.raw
        try #require(ftruncate(number, 4096) == 0)
        return unsafe Int(bitPattern: mmap(nil, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, number, 0))
    }

    private static func unmap(_ address: Int) { unsafe munmap(UnsafeMutableRawPointer(bitPattern: address), 4096) }

    @Test func whatIsHeldForAMomentIsWaitedFor() throws {
        let file = try Descriptor.memory()
        let address = try map(file)
        Thread.detachNewThread {
            usleep(50_000)
            Self.unmap(address)
        }
        try file.seal()
        #expect(throws: SystemError.self) { try file.write([1]) }
    }

    @Test func whatIsHeldForGoodIsTold() throws {
        let file = try Descriptor.memory()
        let address = try map(file)
        defer { Self.unmap(address) }
        do {
            try file.seal()
            Issue.record("it was sealed")
        } catch { #expect(error.errno == .busy) }
        try file.write([1])
    }
}
