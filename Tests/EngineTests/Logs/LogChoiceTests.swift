// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@testable import Engine

/// `--log-driver` and `--log-opt`.
@Suite struct LogChoiceTests {
    private func choice(_ options: String..., driver: LogDriver = .jsonFile) throws -> LogChoice {
        try LogChoice(driver: driver, options: options.map { try LogOption(parsing: $0) })
    }

    private func refusal(_ options: String...) -> String? {
        do {
            _ = try LogChoice(options: options.map { try LogOption(parsing: $0) })
            return nil
        } catch { return "\(error)" }
    }

    @Test func withoutOptionsThereIsOneFileWithoutEnd() throws {
        #expect(try choice() == .standard)
        #expect(LogChoice.standard.driver == .jsonFile)
        #expect(LogChoice.standard.maximumSize == nil && LogChoice.standard.maximumFiles == 1)
    }

    @Test(
        arguments: [
            ("1", 1), ("10m", 10_000_000), ("10M", 10_000_000), ("1kb", 1000), ("1KiB", 1000), ("1.5k", 1500),
            ("2g", 2_000_000_000), ("5 mb", 5_000_000),
        ] as [(String, Int64)])
    func aSizeHasUnitsOfThousand(_ text: String, _ bytes: Int64) throws {
        #expect(try choice("max-size=\(text)").maximumSize == bytes)
    }

    @Test func theOptionsAreReadTogether() throws {
        let choice = try choice(
            "max-size=1k", "max-size=2k", "max-file=3", "labels=a,b", "env=C", "tag={{.Name}}", "mode=blocking",
            "compress=false")
        #expect(choice.maximumSize == 2000 && choice.maximumFiles == 3)
        #expect(choice.labels == ["a", "b"] && choice.variables == ["C"])
        #expect(choice.options.map(\.description).first == "max-size=1k")
    }

    @Test(arguments: [
        ("max-size", "KEY=VALUE"), ("max-size=", "is not a size"), ("max-size=12q", "is not a size"),
        ("max-size=0", "above 0"), ("max-size=-1", "is not a size"), ("max-size=9999999p", "is not a size"),
        ("max-file=0", "from 1 to 9999"), ("max-file=x", "from 1 to 9999"),
        ("compress=true", "max-size=10m and max-file=3"),
        ("compress=maybe", "true or false"), ("mode=odd", "blocking or non-blocking"),
        ("max-buffer-size=4m", "mode=non-blocking"), ("max-buffer-size=x", "non-blocking"),
        ("labels-regex=^a", "labels="),
        ("syslog-address=x", "is no option"), ("tag={{.Nme}}", "write one of {{.ID}}"), ("tag={{.ID", "'}}'"),
    ])
    func aRefusalSaysWhatToWrite(_ option: String, _ words: String) {
        let refused = refusal(option)
        #expect(refused?.contains(words) == true, "\(refused ?? "taken")")
    }

    @Test func filesMayBeCompressed() throws {
        #expect(try choice("compress=true", "max-size=1m", "max-file=2").isCompressed)
        #expect(try !choice("compress=false").isCompressed)
        #expect(throws: SyntaxError.self) { try choice("compress=true", "max-size=1m") }
        #expect(throws: SyntaxError.self) { try choice("compress=true", "max-file=3") }
    }

    @Test func aBufferIsOfThoseThatDoNotWait() throws {
        #expect(try choice("mode=blocking").buffer == nil)
        #expect(try choice("mode=non-blocking").buffer == 1 << 20)
        #expect(try choice("mode=non-blocking", "max-buffer-size=4m").buffer == 4 << 20)
        #expect(try choice("max-buffer-size=1.5k", "mode=non-blocking").buffer == 1536)
        #expect(throws: SyntaxError.self) { try choice("mode=non-blocking", "max-buffer-size=0") }
    }

    @Test func noneKeepsNothingAndTakesNoOptions() throws {
        #expect(try choice(driver: .none).driver == .none)
        #expect(throws: SyntaxError.self) { try choice("max-size=1m", driver: .none) }
        #expect(throws: SyntaxError.self) { try LogDriver(parsing: "syslog") }
        #expect(try choice("tag={{.Name}}", "labels=a", driver: .journald).driver == .journald)
        #expect(throws: SyntaxError.self) { try choice("max-size=1m", driver: .journald) }
        #expect(try LogDriver(parsing: "json-file") == .jsonFile)
    }

    @Test func aLineSaysWhatTheOptionsName() throws {
        let record = ContainerRecord(
            id: String(repeating: "ab", count: 32), name: "web", image: "busybox",
            imageID: "sha256:" + String(repeating: "0", count: 64), command: ["sh", "-c", "x"], created: "",
            labels: .init(["a": "1", "b": "2"]), state: .created, details: .null)
        func attributes(_ options: String...) throws -> String {
            let choice = try LogChoice(options: options.map { try LogOption(parsing: $0) })
            return String(
                decoding: choice.attributes(of: record, environment: ["C=3=4", "D=5"]), as: UTF8.self)
        }
        #expect(try attributes() == "")
        #expect(try attributes("labels=missing", "env=missing", "tag=") == "")
        #expect(try attributes("labels=a,missing", "env=C") == "{\"C\":\"3=4\",\"a\":\"1\"}")
        #expect(
            try attributes("tag={{.Name}}/{{ .ID }}-{{.FullID}}")
                == "{\"tag\":\"web/abababababab-\(record.id)\"}")
        #expect(
            try attributes("tag={{.ImageName}} {{.ImageID}} {{.ImageFullID}} {{.Command}}")
                == "{\"tag\":\"busybox 000000000000 \(record.imageID) sh -c x\"}")
    }
}
