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
        let engine = globals.engine
        let progress = BuildScreen.choice(options.progress, isQuiet: options.isQuiet)
        let screen = try BuildScreen(progress, log: log(of: request, engine))
        let result: BuildResult
        do throws(BuildError) {
            let builder = Builder(engine: engine, request: request, ticks: screen.isLive) { screen.show($0) }
            result = try builder.build()
        } catch {
            screen.end(.failed(error))
            Minibox.complain(error.shown(in: screen.source) + hint(after: error, screen))
            return error.exitCode
        }
        screen.end(
            .built(image: "\(result.imageID)", names: result.names.map(\.familiar), after: result.duration))
        try write(result, options, screen)
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
    private static func write(_ result: BuildResult, _ options: Options, _ screen: BuildScreen) throws {
        if let path = options.imageIDFile { try replace(path, with: "\(result.imageID)") }
        if let path = options.metadataFile {
            var object = JSON.Object()
            object["minibox.build.id"] = screen.buildID.map(JSON.string)
            object["containerimage.config.digest"] = .string("\(result.imageID)")
            object["containerimage.digest"] = .string("\(result.manifestDigest)")
            if !result.names.isEmpty {
                object["image.name"] = .string(result.names.map(\.canonical).joined(separator: ","))
            }
            try replace(path, with: String(decoding: JSON.object(object).bytes(pretty: true), as: UTF8.self) + "\n")
        }
        if options.isQuiet || options.progress == .quiet { try Minibox.show("\(result.imageID)\n") }
    }

    /// A reader sees the old file or the new one.
    private static func replace(_ path: String, with text: String) throws {
        let slash = path.utf8.lastIndex(of: UInt8(ascii: "/"))
        let folder = slash.map { $0 == path.startIndex ? "/" : String(path[..<$0]) } ?? "."
        let name = slash.map { String(path[path.utf8.index(after: $0)...]) } ?? path
        do throws(SystemError) {
            try Descriptor.open(folder, [.readOnly, .directory]).replace(name, with: Array(text.utf8), durable: false)
        } catch {
            throw BuildError(.file, "the image is built, but cannot write \(path)", cause: error)
        }
    }
}
