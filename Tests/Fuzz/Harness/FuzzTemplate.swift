// SPDX-License-Identifier: Apache-2.0
import OCI
import Templates

/// The bytes are a template: it is read or refused, and has the same text for a value each time, or none.
@Sendable func fuzzTemplate(_ bytes: [UInt8]) {
    let value: JSON = [
        "Name": "web", "Count": 3, "Ratio": 1.5, "On": true, "None": nil, "List": ["a", "b"],
        "Labels": ["a.b": "c"], "State": ["Status": "running", "Health": ["Status": "healthy"]],
    ]
    guard let template = try? Template(parsing: String(decoding: bytes, as: UTF8.self)) else { return }
    let methods: [String: Template.Method] = ["Label": { $0.first }]
    let text = try? template.text(of: value, methods: methods)
    expect(text == (try? template.text(of: value, methods: methods)), "two texts of one value")
}
