// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// What was done with the exercises of this machine, a line of JSON each.
enum WorkLog {
    static let name = "work"

    /// The records, the oldest first; what cannot be read is missed by the one behind it.
    static func records(in places: LabPlaces) -> [WorkRecord] {
        let bytes = (try? Descriptor.contents(of: "\(places.root)/\(name)")) ?? []
        return bytes.split(separator: 0x0A).compactMap { (try? JSON(parsing: Array($0))).flatMap(WorkRecord.init) }
    }

    /// Adds one. Whoever calls has the lock of the progress.
    static func add(_ deed: WorkRecord.Deed, _ exercise: String, in places: LabPlaces) throws(SystemError) {
        let last = records(in: places).last
        let record = WorkRecord(
            number: (last?.number ?? 0) + 1, previous: last?.hash ?? WorkRecord.nothing, time: Clock.wall.seconds,
            exercise: exercise, deed: deed)
        let path = "\(places.root)/\(name)"
        try Descriptor.open(path, [.writeOnly, .create, .append, .noFollow], mode: 0o600).write(
            record.json.bytes() + [0x0A])
    }
}
