// SPDX-License-Identifier: Apache-2.0
import Foundation
import TestSupport
import Testing

/// Gives each test a ``Runtime``, fails it where that leaves anything behind, and expects the failures that
/// `known-differences` has for the runtime under test.
struct RuntimeTrait: SuiteTrait, TestTrait, TestScoping {
    var isRecursive: Bool { true }

    func scopeProvider(for test: Test, testCase: Test.Case?) -> RuntimeTrait? { testCase == nil ? nil : self }

    func provideScope(
        for test: Test, testCase: Test.Case?, performing function: @Sendable () async throws -> Void
    ) async throws {
        guard let reason = Self.knownDifference(of: test) else { return try await perform(function) }
        // Some of the arguments of a test may do.
        let isIntermittent = test.isParameterized || reason.hasPrefix("sometimes ")
        await withKnownIssue(Comment(rawValue: reason), isIntermittent: isIntermittent) {
            try await perform(function)
        }
    }

    private func perform(_ function: @Sendable () async throws -> Void) async throws {
        let runtime = try Runtime()
        let result: Result<Void, any Error>
        do {
            result = .success(try await Runtime.$current.withValue(runtime, operation: function))
        } catch {
            result = .failure(error)
        }
        let left = runtime.end()
        if !left.isEmpty { Issue.record("left behind: \(left.joined(separator: "; "))") }
        try result.get()
    }

    /// The reason why this runtime fails the test, if it is known to: a line of `known-differences`, which has the
    /// runtime's name, the test's (`File/function`) and the reason, with tabs between.
    private static func knownDifference(of test: Test) -> String? {
        let file = test.sourceLocation.fileName.replacingOccurrences(of: ".swift", with: "")
        let name = "\(file)/\(test.name.prefix { $0 != "(" })"
        return differences.first { $0.name == name }?.reason
    }

    private static let differences: [(name: String, reason: String)] = {
        let path = TestMachine.top + "/Tests/RuntimeTests/known-differences"
        let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
        return text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: "\t", maxSplits: 2).map(String.init)
            return fields.count == 3 && fields[0] == Runtime.name ? (fields[1], fields[2]) : nil
        }
    }()
}

extension Trait where Self == RuntimeTrait {
    /// A runtime with a state directory of its own.
    static var runtime: RuntimeTrait { RuntimeTrait() }
}

extension Trait where Self == ConditionTrait {
    /// Skips, saying why, where a runtime cannot be tested.
    static var runtimes: ConditionTrait {
        .enabled(if: Runtime.obstacle == nil, Comment(rawValue: Runtime.obstacle ?? ""))
    }
    /// Skips where the runtime under test is another's: for what only minibox-runtime has.
    static var miniboxOnly: ConditionTrait {
        .enabled(if: Runtime.isMinibox, "only minibox-runtime has it")
    }
    /// Skips where the cgroup v2 tree lacks a controller.
    static func controller(_ name: String) -> ConditionTrait {
        .enabled(if: TestMachine.controllers.contains(name), "needs the controller \(name) in the cgroup v2 tree")
    }
}

/// The runtime of the test that runs.
func runtime() throws -> Runtime { try #require(Runtime.current) }
