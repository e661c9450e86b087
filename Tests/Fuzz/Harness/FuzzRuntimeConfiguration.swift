// SPDX-License-Identifier: Apache-2.0
import OCI

/// A `config.json` is read or refused with a place; what is written of it is the same one; every problem has a place.
@Sendable func fuzzRuntimeConfiguration(_ bytes: [UInt8]) {
    do {
        var configuration = try RuntimeConfiguration(parsing: bytes)
        for problem in configuration.problems() { check(problem, in: bytes) }
        if let seccomp = configuration.linux.seccomp {
            expect(seccomp.bytes.first == UInt8(ascii: "{"), "a filter is no object")
            expect(seccomp.bytes.last == UInt8(ascii: "}"), "a filter ends in the middle")
            if let json = try? seccomp.json() { expect(json.object != nil, "a filter is no object once it is read") }
        }
        guard var again = try? RuntimeConfiguration(parsing: configuration.json.bytes()) else {
            expect(false, "what was written of a configuration is none")
            return
        }
        // Its spaces and escapes are not kept.
        configuration.linux.seccomp = nil
        again.linux.seccomp = nil
        expect(again == configuration, "a configuration is another after writing")
    } catch {
        check(error, in: bytes)
    }
}

/// The same for a `process.json`, and for the resources of `update`.
@Sendable func fuzzProcess(_ bytes: [UInt8]) {
    do {
        let process = try RuntimeConfiguration.Process(parsing: bytes)
        for problem in process.problems() { check(problem, in: bytes) }
        let again = try? RuntimeConfiguration.Process(parsing: process.json.bytes())
        expect(again == process, "a process is another after writing")
    } catch {
        check(error, in: bytes)
    }
}

@Sendable func fuzzResources(_ bytes: [UInt8]) {
    do {
        let resources = try RuntimeConfiguration.Resources(parsing: bytes)
        for problem in resources.problems() { check(problem, in: bytes) }
        let again = try? RuntimeConfiguration.Resources(parsing: resources.json.bytes())
        expect(again == resources, "resources are others after writing")
    } catch {
        check(error, in: bytes)
    }
}

func check(_ error: RuntimeFormatError, in bytes: [UInt8]) {
    expect(!error.description.unicodeScalars.contains("\u{1B}"), "an error writes an escape character")
    if case .syntax = error.code { return }
    expect(error.position(in: bytes) != nil, "an error has no place")
}

private func check(_ problem: ConfigurationProblem, in bytes: [UInt8]) {
    expect(!problem.description.unicodeScalars.contains("\u{1B}"), "a problem writes an escape character")
    guard let place = problem.path.position(in: bytes) else {
        expect(false, "a problem has no place")
        return
    }
    expect(place.line >= 1 && place.column >= 1, "a problem is in front of the document")
}
