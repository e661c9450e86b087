// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import Builds

@Suite struct LicenseExpressionTests {
    @Test(
        arguments: [
            "MIT", "GPL-2.0-only AND MIT", "(MIT OR Apache-2.0) AND BSD-3-Clause", "GPL-2.0+",
            "GPL-3.0-or-later WITH GCC-exception-3.1", "((MIT))",
        ])
    func `an expression stays as it is`(_ text: String) {
        #expect(LicenseExpression(text).spdx == text)
        #expect(LicenseExpression(text).extracted == nil)
    }

    @Test(
        arguments: [
            "", "GPLv2+ and MIT", "MIT BSD-2-Clause", "MIT AND", "AND MIT", "(MIT", "MIT)", "MIT OR (", "custom",
            "MIT WITH", "MIT WITH MIT", String(repeating: "(", count: 100) + "MIT" + String(repeating: ")", count: 100),
        ])
    func `anything else is a text of its own`(_ text: String) {
        let license = LicenseExpression(text)
        #expect(license.spdx.hasPrefix("LicenseRef-"))
        #expect(license.extracted == text)
        #expect(license == LicenseExpression(text))
        #expect(license != LicenseExpression(text + "x"))
    }
}
