// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// Has the image that a container is to be made of, as `--pull` says. Where the image is here and nobody asked for more,
/// this costs nothing.
struct ImageProvision: Sendable {
    var policy = PullPolicy.missing
    var isQuiet = false

    /// Does `body`, which needs the image, and pulls that before or where it is not here.
    func perform<R>(
        _ image: String, for platform: Platform?, _ engine: Engine, _ body: () throws -> R
    ) throws -> R {
        if policy == .always { try pull(try ImageReference(image), platform, engine) }
        do { return try body() } catch let error as EngineError {
            guard error.code == .unknownImage, policy == .missing, let reference = try? ImageReference(image) else {
                throw error
            }
            if !isQuiet { Minibox.complain("\(error): asking its registry") }
            do { try pull(reference, platform, engine) } catch let failure as EngineError {
                throw EngineError(failure.code, "\(error): \(failure)")
            }
        }
        return try body()
    }

    private func pull(_ reference: ImageReference, _ platform: Platform?, _ engine: Engine) throws {
        let signals = try SignalQueue(of: SignalQueue.ending)
        // The container gets them again.
        defer { try? SignalQueue.release(SignalQueue.ending) }
        // Beside what the container writes, not in it.
        let view = try TransferView(isQuiet ? .none : .auto, on: .error, verb: "Downloading")
        defer { view.end() }
        let request = PullRequest(reference, platform: platform)
        var hasBegun = false
        let pulled = try engine.pull(request, try RegistryEnvironment(), interruptedBy: signals) { event in
            // Where nothing comes of it, the error says it all.
            if !hasBegun { view.say("Pulling from \(reference.path)", id: request.reference.tag ?? "\(reference)") }
            hasBegun = true
            view.show(event)
        }
        view.end()
        view.say("Digest: \(pulled.digest)")
        let name = pulled.reference.familiar
        view.say("Status: " + (pulled.isNew ? "Downloaded newer image for \(name)" : "Image is up to date for \(name)"))
    }
}
