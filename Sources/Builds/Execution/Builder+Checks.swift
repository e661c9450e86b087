// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images

extension Builder {
    /// What the checks find in the whole Dockerfile; nothing is built: `--check`.
    public func check() throws(BuildError) -> CheckReport {
        try report { loaded, resolver throws(BuildError) in try checked(loaded, stages: nil, resolver) }
    }

    /// What the checks find in a Dockerfile of which `stages` are built; nil for all.
    func checked(
        _ loaded: LoadedBuild, stages: Set<Int>?, _ resolver: StoreResolver
    ) throws(BuildError) -> CheckReport {
        var input = CheckInput()
        input.arguments = request.arguments
        input.target = request.target
        input.stages = stages
        if let context = loaded.contexts[""] { input.isIgnored = try CheckInput.verdict(of: context.filter) }
        // One that is not there is for the build to say.
        input.image = { name in (try? resolver.image(name))?.configuration }
        do throws(DockerfileError) { return try BuildChecks.run(loaded.dockerfile, input) } catch {
            throw error.buildError
        }
    }
}
