// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// How a transfer is shown: `--progress`.
enum ProgressForm: String, Sendable {
    case auto, tty, plain, json, none

    init(parsing text: String) throws(SyntaxError) {
        guard let form = ProgressForm(rawValue: text) else {
            throw SyntaxError(text, "is no kind of progress", "write auto, tty, plain, json or none")
        }
        self = form
    }

    /// What `auto` means on that stream.
    func resolved(on stream: StandardStream) -> ProgressForm {
        self == .auto ? (stream.isTerminal ? .tty : .plain) : self
    }
}

/// Shows how an image comes or goes: with docker's words, a line each time that something begins or ends, a changing line
/// for each layer on a terminal, or docker's JSON.
final class TransferView {
    private let form: ProgressForm
    private let stream: StandardStream
    private let verb: String
    private var progress = TransferProgress()
    private var live: LiveLines?
    private var lastShown: [Int: UInt64] = [:]

    init(_ form: ProgressForm, on stream: StandardStream, verb: String) throws {
        self.form = form.resolved(on: stream)
        self.stream = stream
        self.verb = verb
        if self.form == .tty { live = LiveLines(on: try stream.duplicate()) }
    }

    /// A line for a person, or a message.
    func say(_ text: String, id: String? = nil) {
        switch form {
        case .plain, .auto: write((id.map { "\($0): " } ?? "") + text)
        case .tty: show(staying: [(id.map { "\($0): " } ?? "") + text])
        case .json:
            var json: JSON = ["status": .string(text)]
            if let id { json["id"] = .string(id) }
            write("\(json)")
        case .none: break
        }
    }

    /// The layers: their names, their sizes, and whether they are there.
    func plan(_ layers: [(name: String, size: Int64, there: String?)]) {
        progress.layers = layers.map { layer in
            TransferProgress.Layer(
                name: layer.name, size: layer.size, state: layer.there == nil ? .waiting : .ended)
        }
        for layer in layers {
            if let words = layer.there {
                say(words, id: layer.name)
            } else if form != .tty {
                say(verb == "Pushing" ? "Preparing" : "Pulling fs layer", id: layer.name)
            }
        }
        show()
    }

    func move(_ layer: Int, to done: Int64) {
        let now = Clock.monotonic
        progress.move(layer, to: done, at: now)
        guard progress.layers.indices.contains(layer) else { return }
        if form == .json, now - (lastShown[layer] ?? 0) > 500_000_000 {
            lastShown[layer] = now
            let (name, size) = (progress.layers[layer].name, progress.layers[layer].size)
            write(
                "\(["status": .string(verb), "progressDetail": ["current": JSON(done), "total": JSON(size)], "id": .string(name)] as JSON)"
            )
        }
        show()
    }

    /// The layer is in another state, of which `words` tell where that is not shown otherwise.
    func set(_ layer: Int, _ state: TransferProgress.State, _ words: String) {
        guard progress.layers.indices.contains(layer) else { return say(words) }
        progress.layers[layer].state = state
        let name = progress.layers[layer].name
        if form != .tty {
            say(words, id: name)
        } else if state == .ended {
            show(staying: ["\(name): \(words)"])
        } else {
            show()
        }
    }

    /// Takes the changing lines away.
    func end() {
        guard form == .tty else { return }
        progress.layers = []
        live?.show([])
    }

    private func show(staying: [String] = []) {
        guard form == .tty, !staying.isEmpty || live?.isDue == true else { return }
        // What moves comes before what waits.
        let open = progress.layers.filter { $0.state != .ended }
        let lines = open.filter { $0.state != .waiting } + open.filter { $0.state == .waiting }
        live?.show(lines.map { $0.line(verb) }, staying: staying)
    }

    private func write(_ line: String) { try? stream.duplicate().write(line + "\n") }
}

extension TransferView {
    /// Takes in what happens in a pull.
    func show(_ event: PullEvent) {
        switch event {
        case .planned(let layers):
            plan(layers.map { ($0.digest.short, $0.size, $0.isThere ? "Already exists" : nil) })
        case .fetching(let layer, let done): move(layer, to: done)
        case .retrying(let layer, let after, let reason):
            let words = "Retrying in \(Int(after.rounded(.up))) seconds: \(reason)"
            if let layer { set(layer, .pausing(words), words) } else { say(words) }
        case .fetched(let layer): set(layer, .unpacking, "Download complete")
        case .unpacked(let layer): set(layer, .ended, "Pull complete")
        case .storing: break
        }
    }
}
