// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Linux

@Suite struct NamespaceNumbersTests {
    @Test func areThoseThatTheLinksSay() throws {
        let numbers = Namespaces.numbers(of: "self")
        #expect(numbers == Namespaces.numbers(of: "\(CurrentProcess.id)"))
        for (kind, number) in numbers {
            #expect(try Descriptor.open("/proc/self/ns", [.path, .directory]).readLink(kind) == "\(kind):[\(number)]")
        }
        #expect(Set(numbers.keys).isSuperset(of: ["ipc", "mnt", "net", "pid", "user", "uts"]))
    }

    @Test func whatIsNoProcessHasNone() {
        #expect(Namespaces.numbers(of: "0").isEmpty)
    }
}
