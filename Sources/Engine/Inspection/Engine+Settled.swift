// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension Engine {
    /// The record with what the container was asked to be. A command that runs one in the foreground adds that once the
    /// program has run for a moment (``run(_:_:)``), which is waited for: a second at most, since it may have no room to.
    func settled(_ record: ContainerRecord) -> ContainerRecord {
        var record = record
        for _ in 0..<200 where record.request.isNull {
            guard case .running = record.state, containers.isSupervised(record.id) else { break }
            Clock.sleep(milliseconds: 5)
            record = containers.record(of: record.id) ?? record
        }
        return record
    }
}
