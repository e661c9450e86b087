// SPDX-License-Identifier: Apache-2.0
import Engine
import Linux
import OCI
import Testing

@testable import minibox

@Suite struct RowTests {
    private let printer = RowPrinter(
        columns: ["ID", "Names"], titles: [("ID", "CONTAINER ID"), ("Names", "NAMES"), ("Size", "SIZE")])
    private let rows = [
        Row([("ID", "abc"), ("Names", "web"), ("Size", "1B")], labels: ["com.x": "y"]),
        Row([("ID", "a-longer-id"), ("Names", "db"), ("Size", "22B")]),
    ]

    private func text(_ format: String) throws -> String { try printer.text(rows, RowFormat(parsing: format)) }

    @Test(arguments: [
        ("table", "CONTAINER ID   NAMES\nabc            web\na-longer-id    db\n"),
        ("", "CONTAINER ID   NAMES\nabc            web\na-longer-id    db\n"),
        (
            "json",
            "{\"ID\":\"abc\",\"Names\":\"web\",\"Size\":\"1B\"}\n{\"ID\":\"a-longer-id\",\"Names\":\"db\",\"Size\":\"22B\"}\n"
        ),
        ("{{.Names}}\\t{{.Size}}", "web\t1B\ndb\t22B\n"),
        ("{{.ID}}:{{.Label \"com.x\"}}", "abc:y\na-longer-id:\n"),
        (
            "{{json .}}",
            "{\"ID\":\"abc\",\"Names\":\"web\",\"Size\":\"1B\"}\n{\"ID\":\"a-longer-id\",\"Names\":\"db\",\"Size\":\"22B\"}\n"
        ),
        // Columns are ten wide at least, as docker's.
        ("table {{.Names}}\\t{{.Size}}", "NAMES     SIZE\nweb       1B\ndb        22B\n"),
        ("table {{.ID}}\t{{.Label \"com.x-y\"}}", "CONTAINER ID   x y\nabc            \na-longer-id    \n"),
    ]) func printsRows(format: String, expected: String) throws {
        let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false).map {
            String($0.reversed().drop { $0 == " " }.reversed())
        }.joined(separator: "\n")
        #expect(try text(format) == wanted)
    }

    @Test func printsTitlesAlone() throws {
        #expect(try printer.text([], .table) == "CONTAINER ID   NAMES\n")
        #expect(try printer.text([], RowFormat(parsing: "{{.ID}}")) == "")
    }

    @Test(arguments: [
        ("{{.ID", "'{{.ID' is no template: the template at 1:1: '{{' has no end: write '}}'"),
        ("raw", "'raw' is a format that is not supported: write table, json or a template as {{.Name}}"),
    ]) func refusesWhatIsNoFormat(format: String, message: String) {
        #expect(throws: SyntaxError.self) { try RowFormat(parsing: format) }
        do throws(SyntaxError) { _ = try RowFormat(parsing: format) } catch { #expect("\(error)" == message) }
    }

    @Test func namesTheFieldThatWasMeant() throws {
        #expect {
            try text("{{.Name}}")
        } throws: {
            "\($0)" == "the template at 1:3: there is no field Name: did you mean Names?"
        }
    }

    @Test(
        arguments: [
            (0, "Less than a second"), (1, "1 second"), (59, "59 seconds"), (60, "About a minute"), (120, "2 minutes"),
            (3599, "59 minutes"), (3600, "About an hour"), (5400, "2 hours"), (47 * 3600, "47 hours"),
            (48 * 3600, "2 days"), (14 * 86400, "2 weeks"), (60 * 86400, "2 months"), (730 * 86400, "2 years"),
        ] as [(Int64, String)]) func tellsDurationsAsDockerDoes(seconds: Int64, words: String)
    {
        #expect(humanDuration(seconds: seconds) == words)
    }
}

@Suite struct ContainerRowTests {
    private func record(_ state: ContainerRecord.State) -> ContainerRecord {
        ContainerRecord(
            id: String(repeating: "ab", count: 32), name: "web", image: "busybox", imageID: "sha256:1",
            command: ["sh", "-c", "echo a long line"], created: "2026-11-21T10:00:00.5Z", labels: ["b": "2", "a": "1"],
            state: state, details: .null)
    }

    private var now: FileTime { get throws { try MomentArgument(parsing: "2026-11-21T12:00:00Z").time } }

    @Test func hasDockersFields() throws {
        let since = "2026-11-21T11:59:57Z"
        let row = Row(record(.running(process: 1, startTime: 1, since: since)), now: try now, isWhole: false, size: nil)
        #expect(row["ID"] == "abababababab")
        #expect(row["Command"] == "\"sh -c 'echo a long …\"")
        #expect(row["CreatedAt"] == "2026-11-21 10:00:00 +0000 UTC")
        #expect(row["RunningFor"] == "2 hours ago")
        #expect(row["Status"] == "Up 3 seconds")
        #expect(row["State"] == "running")
        #expect(row["Labels"] == "a=1,b=2")
        #expect(row["Networks"] == "none")
        let whole = Row(record(.created), now: try now, isWhole: true, size: (1000, 2_000_000))
        #expect(whole["ID"].count == 64)
        #expect(whole["Command"] == "\"sh -c 'echo a long line'\"")
        #expect(whole["Size"] == "1kB (virtual 2.00MB)" || whole["Size"] == "1.00kB (virtual 2.00MB)")
    }

    @Test func tellsTheStatusInWords() throws {
        let end = "2026-11-21T11:58:00Z"
        #expect(record(.created).status(now: try now) == "Created")
        #expect(
            record(.exited(code: 3, finished: end, outOfMemory: false)).status(now: try now)
                == "Exited (3) 2 minutes ago")
        #expect(record(.restarting(code: 1, finished: end)).status(now: try now) == "Restarting (1) 2 minutes ago")
    }
}
