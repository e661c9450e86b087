// SPDX-License-Identifier: Apache-2.0
internal import Builds
internal import Engine
internal import Linux
internal import OCI

extension BuildCommand {
    /// Builds, and shows it.
    static func perform(_ options: Options, _ globals: GlobalOptions) throws -> Int32 {
        try Minibox.requireRoot()
        let request = try options.request(environment: Environment.value)
        if options.onlyChecks, let call = options.call, call != .check {
            throw BuildError(.invalid, "--check and --call=\(call.rawValue) are two things to do: write one of them")
        }
        let call = options.onlyChecks ? .check : options.call ?? .build
        if call != .build { return try report(call, of: request, options, try globals.engine) }
        if options.format != nil {
            throw BuildError(
                .invalid, "--format is for --check and --call: write --progress json for a build that programs read")
        }
        if options.sendsImage, request.tags.isEmpty {
            throw BuildError(.invalid, "--push sends an image to the registry of its name: write --tag NAME")
        }
        let engine = try globals.engine(under: options.lease)
        try engine.enterCommand()
        defer { engine.leaveCommand() }
        let progress = BuildScreen.choice(options.progress, isQuiet: options.isQuiet)
        let screen = try BuildScreen(progress, log: log(of: request, engine))
        let result: BuildResult
        do throws(BuildError) {
            let builder = Builder(engine: engine, request: request, ticks: screen.isLive) { screen.show($0) }
            result = try builder.build()
        } catch {
            screen.end(.failed(error))
            engine.record(Action("build", image: request.tags.first?.familiar ?? ""))
            Minibox.complain(error.shown(in: screen.source) + hint(after: error, screen))
            return error.exitCode
        }
        // Of files alone there is no image that an id could lead to.
        let image = result.description.map { "\($0.configuration)" }
        engine.record(Action("build", image: result.names.first?.familiar ?? "", digest: image ?? ""))
        screen.end(.built(image: image, names: result.names.map(\.familiar), after: result.duration))
        try write(result, options, buildID: screen.buildID)
        if let image, progress == .quiet { try Minibox.show("\(image)\n") }
        if options.sendsImage { try PushCommand.push(request.tags, isQuiet: progress == .quiet, engine) }
        return 0
    }

    /// Where a log cannot be kept, the build goes on without.
    private static func log(of request: BuildRequest, _ engine: Engine) -> BuildLog? {
        do { return try BuildLog(of: request, in: BuildLogs(store: engine.places.root)) } catch {
            Minibox.complain("no log of this build is kept: \(error)")
            return nil
        }
    }

    /// How to find out more about a step that failed.
    private static func hint(after error: BuildError, _ screen: BuildScreen) -> String {
        guard case .step = error.code, let step = screen.failedStep else { return "" }
        guard let id = screen.buildID else { return "" }
        return
            "\nsee 'minibox build logs \(id) --step \(step)' for all that it wrote, or build with --debug for a shell "
            + "in its place"
    }

    /// Puts the id, and what else came out, where it was asked for.
    private static func write(_ result: BuildResult, _ options: Options, buildID: String?) throws {
        if result.description == nil, options.imageIDFile != nil || options.metadataFile != nil {
            Minibox.complain("no image came out, so that nothing is written for --iidfile and --metadata-file")
        }
        if let path = options.imageIDFile { try result.description?.writeID(to: path) }
        if let path = options.metadataFile { try result.description?.writeMetadata(to: path, buildID: buildID) }
    }
}
