// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import OCI

/// A seccomp profile is read or refused with words, twice the same.
@Sendable func fuzzSeccomp(_ bytes: [UInt8]) {
    do {
        let profile = try SeccompProfile(parsing: bytes)
        expect((try? SeccompProfile(parsing: bytes)) == profile, "a profile is read in two ways")
    } catch {
        expect(!error.description.isEmpty, "an error says nothing")
        expect(!error.description.unicodeScalars.contains("\u{1B}"), "an error writes an escape character")
    }
}
