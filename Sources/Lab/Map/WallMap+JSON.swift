// SPDX-License-Identifier: Apache-2.0
internal import Linux
public import OCI

extension WallMap {
    /// `minibox.lab.map/1`.
    public var json: JSON {
        [
            "format": "minibox.lab.map/1", "walls": JSON(walls),
            "calls": .array(
                rows.map { row in
                    [
                        "call": JSON(row.call), "needs": JSON(row.needs), "standing": JSON(row.standing.rawValue),
                        "default": JSON(row.standard), "bare": JSON(row.bare), "blockedBy": JSON(row.blockedBy),
                        "walls": .array(
                            row.attribution.layers.map {
                                [
                                    "name": JSON($0.name), "without": JSON($0.without.rawValue),
                                    "alone": JSON($0.alone.rawValue),
                                ]
                            }),
                    ]
                }),
        ]
    }

    /// One that was kept; nil where it is none.
    public init?(_ json: JSON) {
        guard json["format"]?.string == "minibox.lab.map/1", let walls = json["walls"]?.strings,
            let calls = json["calls"]?.array
        else { return nil }
        var rows: [Row] = []
        for call in calls {
            guard let name = call["call"]?.string, let needs = call["needs"]?.string,
                let standard = call["default"]?.string, let bare = call["bare"]?.string,
                let layers = call["walls"]?.array, layers.count == walls.count
            else { return nil }
            var found: [Attribution.Layer] = []
            for layer in layers {
                guard let wall = layer["name"]?.string,
                    let without = layer["without"]?.string.flatMap({ Outcome(rawValue: $0) }),
                    let alone = layer["alone"]?.string.flatMap({ Outcome(rawValue: $0) })
                else { return nil }
                found.append(.init(name: wall, without: without, alone: alone))
            }
            rows.append(
                Row(
                    call: name, needs: needs, standard: standard, bare: bare, attribution: Attribution(layers: found)))
        }
        self.init(walls: walls, rows: rows)
    }

    private static let keptAs = "map.json"

    /// Keeps it for reports.
    public func keep(in places: LabPlaces) throws(LabError) {
        let directory = try LabPlaces.make(places.root + "/results")
        do throws(SystemError) {
            try directory.replace(Self.keptAs, with: json.bytes(pretty: true), mode: 0o600, durable: false)
        } catch {
            throw LabError(.host, "cannot keep the map of the walls", cause: error)
        }
    }

    /// The one that was kept last.
    public static func kept(in places: LabPlaces) -> WallMap? {
        (try? Descriptor.contents(of: "\(places.root)/results/\(keptAs)")).flatMap { try? JSON(parsing: $0) }
            .flatMap { WallMap($0) }
    }
}
