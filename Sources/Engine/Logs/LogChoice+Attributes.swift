// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension LogChoice {
    /// What each line repeats of the container: the member `attrs`, as JSON; empty for nothing.
    ///
    /// - Parameter environment: the container's variables, each `NAME=VALUE`.
    func attributes(of record: ContainerRecord, environment: [String]) -> [UInt8] {
        var values: [String: String] = [:]
        for name in labels {
            if let value = record.labels[name]?.string { values[name] = value }
        }
        for name in variables {
            if let value = environment.reversed().lazy.compactMap({ $0.rest(after: name + "=") }).first {
                values[name] = String(value)
            }
        }
        if let tag { values["tag"] = tag.text(for: record) }
        return values.isEmpty ? [] : JSON(values).bytes()
    }
}
