// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Engine

@Suite struct ProgramDiagnosisTests {
    /// An ELF header with one segment that names a loader.
    private func program(machine: UInt8, loader: String?, isWide: Bool = true) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 160)
        bytes.replaceSubrange(0..<6, with: [0x7F, 0x45, 0x4C, 0x46, isWide ? 2 : 1, 1])
        bytes[18] = machine
        bytes[isWide ? 32 : 28] = 64
        bytes[isWide ? 54 : 42] = isWide ? 56 : 32
        bytes[isWide ? 56 : 44] = loader == nil ? 0 : 1
        bytes[64] = 3
        bytes[64 + (isWide ? 8 : 4)] = 160
        return bytes + (loader.map { Array($0.utf8) + [0] } ?? [])
    }

    private func words(_ bytes: [UInt8], has files: Set<String> = []) -> String {
        ProgramDiagnosis(ofFile: bytes) { files.contains($0) }.words(of: "/app").joined()
    }

    @Test func aLoaderThatIsMissing() {
        #if arch(x86_64)
            for isWide in [true, false] {
                let bytes = program(machine: isWide ? 62 : 3, loader: "/lib/ld-musl-x86_64.so.1", isWide: isWide)
                let text = words(bytes)
                #expect(text.contains("/lib/ld-musl-x86_64.so.1, is not in the container") && text.contains("Alpine"))
                #expect(words(bytes, has: ["/lib/ld-musl-x86_64.so.1"]).isEmpty)
            }
            #expect(words(program(machine: 62, loader: nil)).isEmpty)
        #endif
    }

    @Test func anotherMachine() {
        #expect(words(program(machine: 243, loader: nil)).contains("another kind of machine: riscv64"))
    }

    @Test func scripts() {
        #expect(words(Array("#!/bin/bash\n".utf8)).contains("a script of /bin/bash, which the container does not have"))
        #expect(words(Array("#! /bin/sh -e\n".utf8), has: ["/bin/sh"]).isEmpty)
        #expect(words(Array("#!/bin/sh\r\n".utf8), has: ["/bin/sh"]).contains("Windows"))
    }

    @Test func neither() { #expect(words(Array("echo hello\n".utf8)).contains("no program and no script")) }

    @Test func noBytesLeadAstray() {
        let whole = program(machine: 62, loader: "/lib64/ld.so")
        for length in 0...whole.count { _ = words(Array(whole.prefix(length))) }
        for place in 4..<64 {
            for value in [UInt8(0), 1, 127, 128, 255] {
                var damaged = whole
                damaged[place] = value
                _ = words(damaged)
            }
        }
    }
}
