// SPDX-License-Identifier: Apache-2.0
internal import OCI
internal import Words

extension LabReport {
    /// As forges read it: a test case an exercise, in a suite a module.
    public var junit: String {
        var text = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"minibox lab\">\n"
        for module in Set(rows.map(\.exercise.module)).sorted() {
            let cases = rows.filter { $0.exercise.module == module }
            let failures = cases.filter { Self.isFailure($0.verdict) }.count
            let skipped = cases.filter { Self.isSkipped($0.verdict) }.count
            text += "  <testsuite name=\"\(Markup.escaped("\(module) \(Catalog.modules[module] ?? "")"))\" "
            text += "tests=\"\(cases.count)\" failures=\"\(failures)\" skipped=\"\(skipped)\">\n"
            for row in cases { text += Self.testCase(row) }
            text += "  </testsuite>\n"
        }
        return text + "</testsuites>\n"
    }

    private static func testCase(_ row: Row) -> String {
        let milliseconds = row.check?["milliseconds"]?.int ?? 0
        var fraction = "\(milliseconds % 1000)"
        while fraction.utf8.count < 3 { fraction = "0" + fraction }
        var text = "    <testcase classname=\"lab.\(row.exercise.module)\" "
        text += "name=\"\(Markup.escaped(row.exercise.name))\" "
        text += "time=\"\(milliseconds / 1000).\(fraction)\">\n"
        let reason = row.check?["reason"]?.string ?? row.verdict
        if isFailure(row.verdict) {
            text += "      <failure type=\"\(Markup.escaped(row.verdict))\" message=\"\(Markup.escaped(reason))\"/>\n"
        } else if isSkipped(row.verdict) {
            text += "      <skipped message=\"\(Markup.escaped(reason))\"/>\n"
        }
        return text + "    </testcase>\n"
    }

    private static func isFailure(_ verdict: String) -> Bool {
        !["PASS", "RESIDUAL"].contains(verdict) && !isSkipped(verdict)
    }
    private static func isSkipped(_ verdict: String) -> Bool { ["SKIP", "not run"].contains(verdict) }
}
