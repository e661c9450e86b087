// SPDX-License-Identifier: Apache-2.0
import Testing

/// Gives each test a ``Box``, and fails it where it leaves anything behind.
public struct BoxTrait: SuiteTrait, TestTrait, TestScoping {
    let sharesImages: Bool
    public var isRecursive: Bool { true }

    public func scopeProvider(for test: Test, testCase: Test.Case?) -> BoxTrait? { testCase == nil ? nil : self }

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        let box = try Box(sharesImages: sharesImages)
        let result: Result<Void, any Error>
        do {
            result = .success(try await Box.$current.withValue(box, operation: function))
        } catch {
            result = .failure(error)
        }
        let left = box.end()
        if !left.isEmpty { Issue.record("left behind: \(left.joined(separator: "; "))") }
        try result.get()
    }
}

extension Trait where Self == BoxTrait {
    /// A box with the shared images.
    public static var box: BoxTrait { BoxTrait(sharesImages: true) }
    /// A box with an empty store of its own.
    public static var emptyBox: BoxTrait { BoxTrait(sharesImages: false) }
}

extension Trait where Self == ConditionTrait {
    /// Skips, saying why, where commands cannot be tested.
    public static var commands: ConditionTrait {
        .enabled(if: TestMachine.obstacle == nil, Comment(rawValue: TestMachine.obstacle ?? ""))
    }
}

/// The box of the test that runs.
public func box() throws -> Box { try #require(Box.current) }
