// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import OCI
import Testing

@testable import minibox_runtime

@Suite("Records of the log")
struct LogTests {
    let record = LogRecord(
        level: .error, message: "a \"word\"\nand a line", time: "2026-11-21T03:00:00Z",
        details: RuntimeError.Details(phase: "build", step: "mount proc", call: "fsmount", errno: 1, hint: "do so"))

    @Test("JSON is one object on one line, with what other runtimes write and the cause")
    func json() throws {
        let line = record.line(.json)
        #expect(line.hasSuffix("}\n"))
        #expect(line.split(separator: "\n").count == 1)
        let json = try JSON(parsing: line)
        #expect(json["level"] == "error")
        #expect(json["msg"] == "a \"word\"\nand a line")
        #expect(json["time"] == "2026-11-21T03:00:00Z")
        #expect(json["phase"] == "build" && json["call"] == "fsmount" && json["errno"] == 1 && json["hint"] == "do so")
        #expect(json["path"] == nil)
    }

    @Test("text is one line as logrus writes it")
    func text() {
        #expect(
            record.line(.text)
                == #"time="2026-11-21T03:00:00Z" level=error msg="a \"word\"\nand a line" hint="do so""# + "\n")
    }
}
