// SPDX-License-Identifier: Apache-2.0
internal import Arguments
internal import Lab
internal import OCI

/// `minibox lab map`.
enum LabMapCommand {
    /// What its line says.
    struct Options: Sendable {
        var isJSON = false
    }

    /// The table of `minibox lab map`.
    static func table() -> Command<Options> {
        Command(
            "Show which wall stops which call of the kernel",
            discussion: [
                "Some seventy calls, and files of the kernel's that are opened for writing, are asked for in containers of a "
                    + "lab host: with all walls of a default run, with none, with each gone and with each alone.",
                "'only' is the wall without which nothing stops it, 'stops' one that would alone as others would, 'part' one "
                    + "that stops it together with another. The report has what was seen last.",
            ], options: Options(), flags: [.toggle("json", "Print minibox.lab.map/1") { $0.isJSON = $1 }])
    }

    /// Draws it, keeps it, and prints a row a call. 1 where nothing was stopped at all: then it shows nothing.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let places = globals.labPlaces
        LabCollectCommand.inPassing(in: places)
        let map = try WallMap.draw(catalog: try Catalog.find(), in: places)
        try map.keep(in: places)
        try Minibox.show(
            options.isJSON ? String(decoding: map.json.bytes(pretty: true), as: UTF8.self) + "\n" : text(of: map))
        return map.rows.contains { $0.standing == .stopped } ? 0 : 1
    }

    /// For people: the calls that are stopped, those that a default run may make, and those of which nothing is shown.
    private static func text(of map: WallMap) -> String {
        var table = Table(["CALL", "NEEDS"] + map.walls.map { $0.uppercased() })
        for row in map.rows where row.standing == .stopped {
            table.add([row.call, row.needs] + map.parts(of: row).map(\.rawValue))
        }
        var text = table.text
        let open = map.rows.filter { $0.standing == .open }.map(\.call)
        if !open.isEmpty { text += "\nopen to a default run: " + open.joined(separator: ", ") + "\n" }
        let unseen = map.rows.filter { $0.standing == .unseen }.map { "\($0.call) (\($0.bare))" }
        if !unseen.isEmpty { text += "\nnot to be had here without any wall: " + unseen.joined(separator: ", ") + "\n" }
        return text
    }
}
