// SPDX-License-Identifier: Apache-2.0
import OCI
import Testing

@testable import Lab

/// What a map of the walls says of what was seen.
@Suite struct WallMapTests {
    private static func row(
        _ layers: [(alone: Outcome, without: Outcome)], standard: String = "EPERM", bare: String = "OK",
        needs: String = "-"
    ) -> WallMap.Row {
        WallMap.Row(
            call: "call", needs: needs, standard: standard, bare: bare,
            attribution: Attribution(
                layers: layers.enumerated().map { .init(name: "\($0)", without: $1.without, alone: $1.alone) }))
    }

    private static func parts(_ row: WallMap.Row) -> [WallMap.Part] {
        WallMap(walls: row.attribution.layers.map(\.name), rows: [row]).parts(of: row)
    }

    @Test func aWallStopsACallAloneOrWithOthersOrNot() {
        let row = Self.row([
            (.blocked, .reproduced), (.blocked, .blocked), (.reproduced, .reproduced), (.reproduced, .blocked),
            (.unclear, .unclear),
        ])
        #expect(Self.parts(row) == [.only, .stops, .part, .none, .none])
    }

    @Test(arguments: [
        ("EPERM", "OK", WallMap.Standing.stopped), ("EROFS", "OK", .stopped), ("SIGSYS", "EINVAL", .stopped),
        ("ENOSYS", "OK", .stopped), ("OK", "OK", .open), ("ENOENT", "OK", .open), ("EPERM", "EPERM", .unseen),
        ("ENOSYS", "ENOSYS", .unseen), ("EPERM", "", .unseen), ("EPERM", "NOFORK", .unseen),
    ])
    func whatNothingLetsThroughIsNotShown(_ standard: String, _ bare: String, _ standing: WallMap.Standing) {
        let row = Self.row([(.blocked, .blocked)], standard: standard, bare: bare)
        #expect(row.standing == standing)
        #expect((Self.parts(row) == [.stops]) == (standing == .stopped))
    }

    @Test func aFileThatIsNotThereIsNoQuestion() {
        #expect(Self.row([], standard: "ENOENT", bare: "ENOENT", needs: WallMap.file).standing == .unseen)
        #expect(Self.row([], standard: "ENOENT", bare: "ENOENT").standing == .open)
    }

    @Test func theFlagsOfTheWallsThatAreGoneAreGiven() {
        #expect(Wall.flags { _ in true } == ["--security-opt", "seccomp=\(Wall.profile)"])
        let bare = Wall.flags { _ in false }
        for wall in Wall.all {
            #expect(!wall.away.isEmpty && bare.filter { wall.away.contains($0) }.count >= wall.away.count, "\(wall)")
        }
        #expect(!bare.contains("seccomp=\(Wall.profile)"))
    }

    @Test func itIsReadAsItWasWritten() throws {
        let map = WallMap(
            walls: ["one", "two"],
            rows: [Self.row([(.blocked, .reproduced), (.unclear, .blocked)], standard: "EPERM", bare: "EINVAL")])
        var again = try #require(WallMap(JSON(parsing: map.json.bytes())))
        // The walls of a row have the names that they had.
        #expect(again == map)
        again.walls.removeLast()
        #expect(WallMap(again.json) == nil)
        #expect(WallMap(["format": "minibox.lab.map/2", "walls": [], "calls": []]) == nil)
    }

    @Test func thePageHasAWordInEveryColour() {
        let map = WallMap(
            walls: ["<one>", "two", "three"],
            rows: [Self.row([(.blocked, .reproduced), (.blocked, .blocked), (.reproduced, .reproduced)])])
        let page = map.html
        #expect(page.contains("<th>&lt;one&gt;</th>"))
        for word in ["only", "stops", "part"] { #expect(page.contains("<td class=\"\(word)\">\(word)</td>")) }
    }
}
