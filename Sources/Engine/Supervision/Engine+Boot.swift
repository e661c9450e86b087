// SPDX-License-Identifier: Apache-2.0

extension Engine {
    /// Starts what ran before the machine went down and is to come back: `always`, and `unless-stopped` where nobody stopped
    /// it. What runs already stays as it is.
    /// - Parameter tell: called with the name of each that was started, or why it was not.
    /// - Returns: whether all were started.
    public func startAfterBoot(
        _ options: RunOptions, tell: (_ name: String, _ failure: EngineError?) -> Void
    ) throws(EngineError) -> Bool {
        recover()
        var isWhole = true
        // Whoever was made first may be what others join.
        for record in try containers.all().reversed()
        where !record.started.isEmpty && !containers.isSupervised(record.id) {
            guard let request = try? ContainerRequest(of: record),
                request.restart.returns(wasStopped: record.wasStopped)
            else { continue }
            do throws(EngineError) {
                _ = try start(record.id, AttachOptions(), options)
                tell(record.name, nil)
            } catch {
                isWhole = false
                tell(record.name, error)
            }
        }
        return isWhole
    }
}
