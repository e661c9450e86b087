// SPDX-License-Identifier: Apache-2.0
import ContainerRuntime
import Linux

/// The live kernel, with something done before and after each step.
struct WatchedKernel: Kernel, ~Copyable {
    enum Watch {
        /// Writes `step N begin` and `step N end` to the null device, for a tracer to see.
        case mark
        /// Kills the child as it comes to this step, or as its parent does.
        case kill(Int)
    }

    var live = LiveKernel()
    private let watch: Watch
    private let marks: Descriptor
    private let bell: Pipe

    init(_ watch: Watch, marks: consuming Descriptor, bell: consuming Pipe) {
        self.watch = watch
        self.marks = marks
        self.bell = bell
    }

    static func watching(_ watch: Watch) throws(SystemError) -> WatchedKernel {
        let marks = try Descriptor.open("/dev/null", .writeOnly)
        return WatchedKernel(watch, marks: marks, bell: try Pipe())
    }

    mutating func willPerform(step number: Int) {
        live.willPerform(step: number)
        switch watch {
        case .mark: try? marks.write("step \(number) begin")
        case .kill(number):
            if CurrentProcess.id == 1 {
                try? bell.writer.write("x")
                while true { Clock.sleep(milliseconds: 1000) }
            }
            killChild()
        case .kill: break
        }
    }

    mutating func didPerform(step number: Int) {
        live.didPerform(step: number)
        if case .mark = watch { try? marks.write("step \(number) end") }
    }

    private borrowing func killChild() {
        guard let id = live.childID else { return }
        try? Process(opening: id).send(.kill)
    }

    mutating func awaitLaunch() throws(StepFailure) {
        if case .kill(let number) = watch, number > firstOfChild {
            _ = try? bell.reader.read(upTo: 1)
            killChild()
        }
        try live.awaitLaunch()
    }

    /// The number of the last step before the child's own.
    var firstOfChild = Int.max

    mutating func abandon(_ failure: StepFailure) -> StepFailure { live.abandon(failure) }
    mutating func perform(_ step: HostStep) throws(StepError) { try live.perform(step) }
    mutating func perform(_ spawn: Spawn) throws(StepError) -> Side { try live.perform(spawn) }
    mutating func perform(_ step: MountStep) throws(StepError) { try live.perform(step) }
    mutating func perform(_ pivot: Pivot) throws(StepError) { try live.perform(pivot) }
    mutating func perform(_ step: RootStep) throws(StepError) { try live.perform(step) }
    mutating func perform(_ step: ConfineStep) throws(StepError) { try live.perform(step) }
    mutating func perform(_ step: GateStep) throws(StepError) { try live.perform(step) }
    mutating func perform(_ launch: Launch) throws(StepError) { try live.perform(launch) }
}

/// marked BASE STYLE: starts a container with the marks, for `strace`; prints the plan as JSON.
func markedCase(_ place: Place, _ arguments: [String]) throws {
    guard let style = Style(rawValue: arguments.first ?? "") else { throw CaseError("there is no such style") }
    let plan = try place.plan(style, ["true"])
    let interpreter = Interpreter(plan: plan)
    var kernel = try WatchedKernel.watching(.mark)
    try interpreter.start(on: &kernel)
    let status = try kernel.live.takeStarted().process.wait()
    try interpreter.finish(on: &kernel)
    guard status == .exited(0) else { throw CaseError("\(status)") }
    print(plan.json())
}

/// kill BASE STYLE: starts a container as often as there are steps after the clone, kills the child as it comes to each,
/// or as its parent does beside it, and says what the start said and what is left.
func killCase(_ place: Place, _ arguments: [String]) throws {
    guard let style = Style(rawValue: arguments.first ?? "") else { throw CaseError("there is no such style") }
    let plan = try place.plan(style, ["true"])
    let interpreter = Interpreter(plan: plan)
    for step in plan.steps where ![.prepare, .spawn, .after].contains(step.phase) {
        try place.renew()
        var kernel = try WatchedKernel.watching(.kill(step.number))
        kernel.firstOfChild = plan.prepare.count + 1 + plan.beside.count
        var answer = "NO FAILURE"
        do { try interpreter.start(on: &kernel) } catch { answer = "\(error)" }
        try interpreter.finish(on: &kernel)
        let left = try place.leftovers() + children()
        print("\(step.number) \(step.step.kind): \(answer): " + (left.isEmpty ? "nothing left" : "LEFT \(left)"))
    }
}

/// The processes that this one has, dead or alive.
private func children() throws -> [String] {
    let own = "/proc/self/task/\(CurrentProcess.id)/children"
    return String(decoding: try Descriptor.contents(of: own), as: UTF8.self).split(separator: " ").map {
        "process \($0)"
    }
}
