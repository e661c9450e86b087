// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import Linux

extension Builder {
    /// What the target takes from whoever builds it: `--call=outline`.
    public func outline() throws(BuildError) -> OutlineReport {
        try report { loaded, resolver throws(BuildError) in
            let options = PlanOptions(request, now: Clock.wall.seconds)
            return try BuildPlanner(dockerfile: loaded.dockerfile, options: options, resolver: resolver).outline()
        }
    }

    /// The stages that can be built: `--call=targets`.
    public func targets() throws(BuildError) -> TargetsReport {
        try report { loaded, _ in TargetsReport(loaded.dockerfile) }
    }

    /// Reads the Dockerfile and makes a report of it, with nothing carried out.
    func report<Report>(
        _ work: (LoadedBuild, StoreResolver) throws(BuildError) -> Report
    ) throws(BuildError) -> Report {
        engine.recover()
        let store: ImageStore
        let staging: BuildStaging
        do {
            store = try engine.images()
            staging = try store.makeBuildStaging()
        } catch {
            throw BuildError(.file, "cannot make a place for the build in the store", cause: error)
        }
        return try work(try load(in: staging.path, try signals()), StoreResolver(store, holding: HeldLayers()))
    }
}
