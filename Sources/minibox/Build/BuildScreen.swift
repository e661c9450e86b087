// SPDX-License-Identifier: Apache-2.0
internal import Builds
internal import Linux

/// Shows a build on standard error while it goes on, and keeps its log.
final class BuildScreen {
    private var view: any BuildView
    private let log: BuildLog?
    private let output: Descriptor
    /// Whether the view changes with time alone.
    let isLive: Bool
    /// The Dockerfile, once it was read.
    private(set) var source: DockerfileSource?
    /// The number of the step that failed first.
    private(set) var failedStep: Int?
    /// Under which the log is kept.
    var buildID: String? { log?.id }

    /// - Parameter log: nil where none can be kept.
    init(_ progress: BuildCommand.Progress, log: BuildLog?) throws(SystemError) {
        self.log = log
        output = try StandardStream.error.duplicate()
        let hasColors = (Environment.value(of: "NO_COLOR") ?? "").isEmpty
        switch progress {
        case .tty:
            let size = (try? output.terminalSize()).flatMap { $0.columns > 0 && $0.rows > 0 ? $0 : nil }
            view = TerminalView(size: size ?? TerminalSize(rows: 24, columns: 80), hasColors: hasColors)
            isLive = true
            return
        case .json: view = JSONView()
        case .rawjson: view = RawJSONView(start: Clock.wall)
        case .quiet: view = SilentView(keepsColors: hasColors)
        case .plain, .auto: view = PlainView(keepsColors: hasColors)
        }
        isLive = false
    }

    /// What `auto` is here: a terminal that understands more than lines gets the live view.
    static func choice(_ wanted: BuildCommand.Progress?, isQuiet: Bool) -> BuildCommand.Progress {
        if isQuiet { return .quiet }
        guard let wanted, wanted != .auto else {
            let isDumb = Environment.value(of: "TERM").map { $0 == "dumb" } ?? true
            return StandardStream.error.isTerminal && !isDumb ? .tty : .plain
        }
        return wanted
    }

    /// Takes what happened.
    func show(_ event: BuildEvent) {
        switch event {
        case .read(let source): self.source = source
        case .failed(let step, _, _): failedStep = failedStep ?? step + 1
        case .tick, .started: if isLive, let size = try? output.terminalSize() { view.resize(to: size) }
        default: break
        }
        log?.take(event)
        write(view.show(event))
    }

    /// The build is over.
    func end(_ ending: BuildEnding) {
        log?.end(ending)
        write(view.end(ending))
        if let failure = log?.failure { Minibox.complain("the log of this build is not whole: \(failure)") }
    }

    /// Where nobody reads any more, the build goes on: its log is kept.
    private func write(_ bytes: [UInt8]) {
        if !bytes.isEmpty { try? output.write(bytes) }
    }
}
