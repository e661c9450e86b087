// SPDX-License-Identifier: Apache-2.0
import Audit
import Testing

@testable import Lab

/// The audit names exercises: they are there, and what it looks at from the kernel's side has one.
@Suite struct AuditExerciseTests {
    @Test func eachExerciseOfACheckIsThere() throws {
        let parts = #filePath.split(separator: "/").dropLast(3)
        let catalog = try Catalog(directory: "/" + parts.joined(separator: "/") + "/Sources/Lab/Exercises")
        let names = Set(catalog.exercises.map(\.name))
        for check in AuditCheck.all {
            if let exercise = check.exercise { #expect(names.contains(exercise), "\(check.id): \(exercise)") }
        }
        #expect(AuditCheck.all.count { $0.exercise != nil } >= 50)
        #expect(AuditReport.explanation(of: "A31")?.contains("minibox lab show 16-leaked-fd") == true)
    }
}
