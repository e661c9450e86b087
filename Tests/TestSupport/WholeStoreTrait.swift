// SPDX-License-Identifier: Apache-2.0
import Testing

/// Reads the whole store after each test, by `system check`, and fails the test where a fault of it has left anything that
/// is not as it should be. It stands after ``BoxTrait``, whose box it asks.
public struct WholeStoreTrait: SuiteTrait, TestTrait, TestScoping {
    public var isRecursive: Bool { true }

    public func scopeProvider(for test: Test, testCase: Test.Case?) -> WholeStoreTrait? {
        testCase == nil ? nil : self
    }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        try await function()
        // A skipped test has no box.
        guard let box = Box.current else { return }
        // The layers of images that others made are unpacked again the first time.
        let check = try box("system", "check", timeout: 120)
        if check.status != 0 || !check.text.contains("all is whole") {
            Issue.record("the store is not whole: \(check)")
        }
    }
}

extension Trait where Self == WholeStoreTrait {
    /// The store is whole after each test.
    public static var wholeStore: WholeStoreTrait { WholeStoreTrait() }
}
