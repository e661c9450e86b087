// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
internal import OCI

/// Carries out the steps of a plan: each as soon as what it needs is there, as many at once as there are processors.
///
/// One thread and one wait for all. What takes time is done by workers; what is decided is decided here.
final class StepScheduler {
    let plan: BuildPlan
    let place: BuildPlace
    let show: (BuildEvent) -> Void
    /// Whether an event is wanted every tenth of a second though nothing happens, to show times that go on.
    let ticks: Bool

    var trees: [TreeReference: BuiltTree] = [:]
    /// Of steps that this build carried out.
    var descriptions: [Int: LayerDescription] = [:]
    /// What the store is to remember, once the layers are in it.
    var memories: [Int: StepMemory] = [:]
    var records: [PendingRecord] = []
    var begun: Set<Int> = []
    private(set) var workers: [Worker] = []
    /// What the cache had, for who wants to give it to others.
    var used: [CacheRecord] = []
    /// What workers are taking from other caches, by step.
    var fetched: [Int: Foreign] = [:]
    typealias Foreign = (record: CacheRecord, layer: ForeignCaches.Layer)
    /// What steps read, by digest.
    var selected: [Int: [SelectedContent]] = [:]
    /// The files that workers read, until their steps are done.
    var remembered: [Int: [ContentManifest]] = [:]
    var twins = Twins()
    private(set) var failure: BuildError?
    private(set) var failedStep: Int?
    private var interruptions = 0

    /// A key that leads to a layer: of a step's own, by its number, or one of the store.
    struct PendingRecord {
        var address: CacheAddress
        var identity: Digest
        var layer: UsedLayer
        var text: String
    }

    init(plan: BuildPlan, place: BuildPlace, ticks: Bool, show: @escaping (BuildEvent) -> Void) {
        self.plan = plan
        self.place = place
        self.ticks = ticks
        self.show = show
    }

    /// Runs all steps. What was finished before a failure is in ``trees`` and ``descriptions`` all the same.
    func run(signals: borrowing SignalQueue) throws(BuildError) {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        do throws(SystemError) {
            while true {
                startWhatIsReady()
                if workers.isEmpty { break }
                var set = PollSet()
                let signal = set.add(signals.descriptor, .reading)
                let places = workers.map { $0.add(to: &set) }
                try set.wait(milliseconds: ticks ? 100 : -1)
                if set.isReady(signal) {
                    while try signals.next() != nil { interrupt() }
                }
                for (worker, place) in zip(workers, places) { try hear(worker, place, set, &buffer) }
                workers.removeAll(where: \.hasClosed)
                if ticks { show(.tick(after: place.clock)) }
            }
        } catch {
            for worker in workers { worker.kill() }
            for worker in workers { _ = worker.wait() }
            throw BuildError(.file, "cannot go on with the build", cause: error)
        }
        if let failure { throw failure }
        if interruptions > 0 { throw BuildError(.interrupted, "the build was interrupted") }
    }

    var isStopping: Bool { failure != nil || interruptions > 0 }

    private func startWhatIsReady() {
        var goesOn = true
        // A step that the cache has makes others ready at once.
        while goesOn && !isStopping {
            goesOn = false
            for step in plan.steps where !begun.contains(step.id) && step.needs.allSatisfy({ trees[$0] != nil }) {
                guard workers.count(where: { !$0.isSealed && !$0.isAhead }) < place.parallelism else { return }
                begun.insert(step.id)
                do throws(BuildError) { try begin(step) } catch { fail(step.id, error) }
                if isStopping { return }
                goesOn = true
            }
        }
    }

    /// Starts a worker for a step that the cache does not have, or of which it is not known yet.
    @discardableResult
    func start(_ step: BuildStep, _ work: StepWork) throws(BuildError) -> Worker {
        do throws(SystemError) {
            let worker = try Worker(step: step.id) { work.perform($0) }
            workers.append(worker)
            return worker
        } catch {
            throw BuildError(.file, "cannot start a process for the step", at: step.range, cause: error)
        }
    }

    private func hear(
        _ worker: Worker, _ places: Worker.Places, _ set: PollSet, _ buffer: inout [UInt8]
    ) throws(SystemError) {
        try worker.take(places, of: set, buffer: &buffer) { isError, bytes in
            show(.wrote(step: worker.step, isError: isError, bytes: bytes, after: place.clock))
        } told: { message in
            heard(message, from: worker)
        }
        guard worker.hasClosed else { return }
        let status = worker.wait()
        guard !isStopping else {
            if !worker.isSealed, !worker.isAhead, failedStep != worker.step { show(.canceled(step: worker.step)) }
            return
        }
        let isCached =
            if case .stored? = trees[.step(worker.step)]?.layers.last?.place { true } else { false }
        if !isCached, !isLeftToTwin(worker.step), descriptions[worker.step] == nil {
            let end: String
            switch status {
            case .exited(let code): end = "with code \(code)"
            case .signaled(let signal): end = "by \(signal)"
            }
            fail(
                worker.step,
                BuildError(.file, "the process that carried out the step ended \(end), before the step was done"))
        }
    }

    private func heard(_ message: WorkerMessage, from worker: Worker) {
        let step = plan.steps[worker.step]
        switch message {
        case .selected(let contents): heard(contents, from: worker)
        case .unpacked(let description): heard(description, from: worker)
        case .notUnpacked(let words): heardOfFailure(words, from: worker)
        case .remembered(let path):
            remembered[step.id] = (try? Descriptor.contents(of: path)).flatMap(StepMemory.init)?.manifests
            explainMiss(step)
        case .warning(let words): show(.warning(words))
        case .sealed(let ids, let fitsKey):
            worker.isSealed = true
            finish(step, highIDs: ids, fitsKey: fitsKey)
        case .described(let description): descriptions[step.id] = description
        case .failed(let words, let code):
            // It was prepared, and is not wanted.
            if isLeftToTwin(step.id) { return }
            fail(step.id, BuildError(code, words, at: step.range))
        }
    }

    private func fail(_ step: Int, _ error: BuildError) {
        guard !isStopping else { return }
        var error = error
        error.range = error.range ?? plan.steps[step].range
        failure = error
        failedStep = step
        show(.failed(step: step, reason: "\(error)", after: place.clock))
        stopWorkers()
    }

    private func interrupt() {
        interruptions += 1
        if interruptions == 1 { stopWorkers() } else { for worker in workers { worker.kill() } }
    }

    /// A worker that only hashes what is complete goes on: the next build finds it.
    private func stopWorkers() {
        for worker in workers where !worker.isSealed {
            if worker.isAhead {
                worker.answer(.stop)
            } else if case .run = plan.steps[worker.step].operation, !worker.isUnpacking {
                worker.interrupt()
            } else {
                worker.kill()
            }
        }
    }
}
