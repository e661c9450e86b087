// SPDX-License-Identifier: Apache-2.0
import Foundation
import MiniboxTesting
import TestSupport
import Testing

/// Has the library call the program under test, over the images that all tests share, as an installed one would be called:
/// by what is in the environment. What a suite leaves is told.
struct InstalledTrait: SuiteTrait, TestScoping {
    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        setenv("MINIBOX", TestMachine.program, 1)
        setenv("MINIBOX_ROOT", TestMachine.sharedRoot, 1)
        setenv("MINIBOX_RUN_ROOT", TestMachine.scratch + "/run", 1)
        setenv("SWIFT_BACKTRACE", "enable=no", 1)
        try await Minibox.$current.withValue(Minibox()) {
            try await function()
            let left = try await Minibox.current.succeed(["ps", "-aq"])
            #expect(left.lines.isEmpty, "left behind: \(left.lines)")
        }
    }
}

extension Trait where Self == InstalledTrait {
    static var installed: InstalledTrait { InstalledTrait() }
}
