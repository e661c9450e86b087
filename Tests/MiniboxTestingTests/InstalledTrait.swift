// SPDX-License-Identifier: Apache-2.0
import Foundation
import MiniboxTesting
import TestSupport
import Testing

/// Has the library call the program under test, as an installed one would be called: by what is in the environment. It
/// has a store of its own, as the lease of this process is there to its end. What a suite leaves is told.
struct InstalledTrait: SuiteTrait, TestScoping {
    static let root = TestMachine.scratch + "/installed"

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        setenv("MINIBOX", TestMachine.program, 1)
        setenv("MINIBOX_ROOT", Self.root, 1)
        setenv("MINIBOX_RUN_ROOT", Self.root + "-run", 1)
        setenv("SWIFT_BACKTRACE", "enable=no", 1)
        try await Minibox.$current.withValue(Minibox()) {
            // Where tests keep their files is made, and removed at the end, with this.
            _ = TestMachine.sharedRoot
            try await Minibox.current.succeed(["import", TestMachine.archive("busybox"), "busybox"])
            try await function()
            let left = try await Minibox.current.succeed(["ps", "-aq"])
            #expect(left.lines.isEmpty, "left behind: \(left.lines)")
        }
    }
}

extension Trait where Self == InstalledTrait {
    static var installed: InstalledTrait { InstalledTrait() }
}
