// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// Takes the images that a Dockerfile names from their registries, where they are not in the store.
final class BasePuller {
    private let engine: Engine
    private let always: Bool
    private let signals: SignalQueue
    private let note: (String) -> Void
    private var pulled: Set<String> = []
    /// Whether a signal ended the last of them.
    private(set) var wasInterrupted = false

    /// - Parameter always: whether registries are asked for what is in the store, too.
    init(
        _ engine: Engine, always: Bool, interruptedBy signals: borrowing SignalQueue, note: @escaping (String) -> Void
    ) throws(BuildError) {
        self.engine = engine
        self.always = always
        self.note = note
        do throws(SystemError) { self.signals = try signals.share() } catch {
            throw BuildError(.file, "cannot wait for signals", cause: error)
        }
    }

    /// Asks for a newer image of the name, if that is wanted.
    func prepare(_ text: String) throws(BuildError) {
        guard always, let reference = try? ImageReference(text), !pulled.contains(text) else { return }
        do throws(EngineError) { try pull(text, reference) } catch {
            if case .interrupted = error.code { throw BuildError(.interrupted, "\(error)") }
            throw BuildError(.missing, "cannot use the image \(text)", cause: error)
        }
    }

    /// Takes the image from its registry; `former` is why it is needed.
    func pull(_ text: String, instead former: ImageError) throws(ImageError) {
        guard let reference = try? ImageReference(text), !pulled.contains(text) else { throw former }
        do throws(EngineError) { try pull(text, reference) } catch {
            if case .interrupted = error.code { wasInterrupted = true }
            throw former.after(error)
        }
    }

    private func pull(_ text: String, _ reference: ImageReference) throws(EngineError) {
        pulled.insert(text)
        note("pulling \(reference)")
        let image = try engine.pull(PullRequest(reference), try RegistryEnvironment(), interruptedBy: signals) { _ in }
        note("pulled \(image.reference) \(image.digest)")
    }
}
