// SPDX-License-Identifier: Apache-2.0
import OCI

/// A configuration is read or refused; what is written of it is the same one, and so is any JSON.
@Sendable func fuzzImageConfiguration(_ bytes: [UInt8]) {
    if let document = try? JSON(parsing: bytes) {
        for isPretty in [false, true] {
            guard let again = try? JSON(parsing: document.bytes(pretty: isPretty)) else {
                expect(false, "what was written of a document is none")
                return
            }
            expect(again == document, "a document is another after writing")
        }
    }
    guard let configuration = try? ImageConfiguration(parsing: bytes) else { return }
    guard let again = try? ImageConfiguration(parsing: configuration.json.bytes()) else {
        expect(false, "what was written of a configuration is none")
        return
    }
    expect(again == configuration, "a configuration is another after writing")
}
