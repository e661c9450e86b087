// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

/// Takes layers into a staging directory, several side by side: each in a process of its own and in a directory of its
/// own, so that none waits for the one below it.
///
///     let workers = try LayerWorkers(store, staging, setting)
///     let number = try workers.add(file, diffID)        // starts, or waits for its turn
///     let taken = try workers.next()                    // waits until one is done; nil when none is left
///     try workers.publish(from: staging)                // in the order of `add`; only while `locked(_:)`
///
/// Who waits for something else as well adds ``add(to:)`` to its poll and calls ``finished()`` when that is ready. An error
/// of a layer is thrown where it is heard of; the others are killed by ``stop()``, which `deinit` calls. All this knows
/// of a layer is its digests: whoever adds a layer says what they have to be, and what is something else is an error.
final class LayerWorkers {
    /// A layer that is proven, and lies in the staging directory.
    struct Taken {
        /// What ``LayerWorkers/add(_:_:)`` returned for it.
        let number: Int
        let findings: LayerFindings
    }

    private struct Job {
        let number: Int
        let file: LayerFile
        let diffID: Digest
        /// Where the archive is, or will be, in the staging directory.
        let archive: FileName
        /// The directory in which the layer is made.
        let layer: FileName
        /// Whether it is: where it is there already, the archive is only hashed.
        let isNew: Bool
    }

    private let store: ImageStore
    private let staging: Descriptor
    private let lock: Descriptor
    private let path: String
    private let limits: LayerLimits
    private let most: Int
    private let filter: SeccompFilter
    /// Whether layers are made that the store has.
    private let makesKnown: Bool
    private var events: EventQueue
    /// Has the disk write meanwhile; nil until there is something to write.
    private var writeAhead: WriteAhead?
    private var waiting: ArraySlice<Job> = []
    private var running: [Int: (worker: LayerWorker, job: Job)] = [:]
    /// Those that were taken in this process, and nobody has heard of.
    private var done: [Taken] = []
    private var jobs: [Job] = []
    private var archives: [Int: (name: FileName, digest: Digest)] = [:]
    private var proven: Set<Int> = []
    /// Of archives on their way: what says by its end that they are whole.
    private var gates: [Int: Gate] = [:]
    /// Those of which nothing came.
    private var spoiled: Set<Int> = []
    private var unheard: [Int] = []

    /// The writing end of a pipe.
    private final class Gate {
        let writer: Descriptor
        init(_ writer: consuming Descriptor) { self.writer = writer }
    }

    init(
        _ store: ImageStore, _ staging: borrowing Staging, _ setting: LayerSetting = LayerSetting(),
        makesKnown: Bool = false
    ) throws(ImageError) {
        self.store = store
        self.makesKnown = makesKnown
        path = staging.path
        limits = setting.limits
        most = setting.workerCount()
        do throws(SeccompError) { filter = try WorkerConfinement.filter() } catch {
            throw ImageError(.cannotRead, "process", "cannot confine who unpacks layers", cause: error)
        }
        do throws(SystemError) {
            self.staging = try staging.directory.duplicate()
            lock = try staging.duplicateLock()
            events = try EventQueue()
        } catch { throw .write(staging.path, error) }
        self.staging.spreadSubdirectories()
    }

    deinit { stop() }

    /// How many layers were added that nobody has heard of yet.
    var pending: Int { waiting.count + running.count + done.count }

    /// Whether a layer that is added now is begun at once.
    var hasRoom: Bool { running.count < most || most == 0 }

    /// Whether a process has nothing to do, so that it may as well wait for an archive.
    var hasIdleProcess: Bool { running.count < most && waiting.isEmpty }

    /// Takes the archive `file`, of which the contents have to be `diffID`. Returns a number for it: 0 for the first,
    /// then 1, and so on.
    @discardableResult
    func add(_ file: LayerFile, _ diffID: Digest) throws(ImageError) -> Int {
        let number = jobs.count
        let isNew =
            (makesKnown || store.record(of: diffID) == nil)
            && !jobs.contains { $0.diffID == diffID && !spoiled.contains($0.number) }
        let archive: FileName =
            switch file.place {
            case .staged(let name), .arriving(let name, _, again: _): name
            case .foreign: FileName("archive-\(number)")
            }
        let job = Job(
            number: number, file: file, diffID: diffID, archive: archive,
            layer: FileName("layer-\(number)"), isNew: isNew)
        jobs.append(job)
        if most == 0 {
            done.append(try takeHere(job))
        } else {
            waiting.append(job)
            try startWaiting()
        }
        return number
    }

    /// Says that an archive on its way is whole, and that nobody writes to it any more.
    func complete(_ number: Int) { gates[number] = nil }

    /// The archives on their way of which nothing became since it was asked last, whatever the reason: it shows, or not, when
    /// they are added whole.
    func takeSpoiled() -> [Int] {
        defer { unheard = [] }
        return unheard
    }

    /// Ends work on an archive on its way.
    func abandon(_ number: Int) {
        if let (worker, _) = running.removeValue(forKey: number) {
            worker.kill()
            worker.wait()
        }
        gates[number] = nil
        spoiled.insert(number)
    }

    /// Adds what tells that a layer is done to `set`, and returns its place there.
    func add(to set: inout PollSet) -> Int { set.add(events.descriptor, .reading) }

    /// The layers that were finished since it was asked last; waits for none.
    func finished() throws(ImageError) -> [Taken] { try finished(milliseconds: 0) }

    /// Waits until a layer is done; nil where there is none that is not.
    func next() throws(ImageError) -> Taken? {
        while pending > 0 {
            let taken = try finished(milliseconds: -1)
            done += taken
            if !done.isEmpty { return done.removeFirst() }
        }
        return nil
    }

    /// Kills all workers. What they have made goes with the staging directory.
    func stop() {
        waiting = []
        for (worker, _) in running.values { worker.kill() }
        for (worker, _) in running.values { worker.wait() }
        running = [:]
        writeAhead?.stop()
    }

    /// Renames what was taken to its places, lowest layer first; only while ``ImageStore/locked(_:)``, after
    /// ``ImageStore/synchronize()``, and once ``pending`` is 0.
    func publish(from staging: borrowing Staging) throws(ImageError) {
        precondition(proven.count + spoiled.count == jobs.count, "a layer is not proven")
        writeAhead?.end()
        var blobs: [(name: FileName, digest: Digest)] = []
        for number in jobs.indices {
            guard let archive = archives[number], !blobs.contains(where: { $0.digest == archive.digest }) else {
                continue
            }
            blobs.append(archive)
        }
        try store.publishBlobs(blobs, from: staging)
        try store.publishLayers(
            jobs.filter { $0.isNew && !spoiled.contains($0.number) }.map { ($0.layer, $0.diffID) }, from: staging)
    }

    // MARK: - Work

    private func startWaiting() throws(ImageError) {
        while running.count < most, let job = waiting.popFirst() {
            let work = try work(for: job)
            do throws(SystemError) {
                let worker = try LayerWorker(number: job.number, name: job.file.name, work, lock: lock, filter)
                running[job.number] = (worker, job)
                try events.add(worker.reports, as: job.number, .reading)
                if job.isNew, writeAhead == nil { writeAhead = try WriteAhead(staging) }
            } catch {
                throw ImageError(
                    .cannotRead, job.file.name, "cannot start a process for the layer \(job.file.name)", cause: error)
            }
        }
    }

    private func finished(milliseconds: Int32) throws(ImageError) -> [Taken] {
        var result = done
        done = []
        if running.isEmpty || !result.isEmpty { return result }
        let count: Int
        do throws(SystemError) { count = try events.wait(milliseconds: milliseconds) } catch {
            throw .read("what layers tell", error)
        }
        for place in 0..<count {
            guard let (worker, job) = running[events.event(at: place).token] else { continue }
            do throws(ImageError) {
                guard let findings = try worker.hear() else { continue }
                running[job.number] = nil
                result.append(try prove(job, findings))
            } catch {
                guard case .arriving = job.file.place else {
                    worker.kill()
                    throw Self.failure(job, error)
                }
                abandon(job.number)
                unheard.append(job.number)
            }
        }
        try startWaiting()
        return result
    }

    private func takeHere(_ job: Job) throws(ImageError) -> Taken {
        let findings: LayerFindings
        let work = try work(for: job)
        do throws(ImageError) { findings = try work.perform() } catch { throw Self.failure(job, error) }
        return try prove(job, findings)
    }

    private static func failure(_ job: Job, _ error: ImageError) -> ImageError {
        // What is damaged may be anything.
        guard error.code == .badArchive || error.code == .badEntry else { return error }
        return ImageError(error.code, job.file.name, "cannot read its layer \(job.file.name)", cause: error)
    }

    private func prove(_ job: Job, _ found: LayerFindings) throws(ImageError) -> Taken {
        let name = job.file.name
        guard job.file.digest == nil || job.file.digest == found.digest else {
            throw ImageError(.damaged, name, "its layer \(name) is damaged: it has another digest")
        }
        guard found.diffID == job.diffID else {
            throw ImageError(
                .damaged, name, "its layer \(name) holds \(found.diffID), and the configuration says \(job.diffID)")
        }
        archives[job.number] = (job.archive, found.digest)
        proven.insert(job.number)
        return Taken(number: job.number, findings: found)
    }

    private func work(for job: Job) throws(ImageError) -> LayerWork {
        let layer = "\(path)/\(job.layer)"
        do throws(SystemError) {
            try staging.makeDirectory(job.layer, mode: 0o700)
            let made = try staging.open(job.layer, [.readOnly, .directory, .noFollow])
            let directory = most == 0 ? made : try WorkerConfinement.withoutDevices(made)
            switch job.file.place {
            case .staged(let name):
                let file = try staging.open(name, [.readOnly, .noFollow])
                return LayerWork(
                    archive: FileSource(file, name: "\(path)/\(name)"), copy: nil, copyPath: "", directory: directory,
                    path: layer, limits: limits, isNew: job.isNew)
            case .foreign(let source):
                let copy = try staging.open(job.archive, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o644)
                return LayerWork(
                    archive: source, copy: copy, copyPath: "\(path)/\(job.archive)", directory: directory, path: layer,
                    limits: limits, isNew: job.isNew)
            case .arriving(_, let source, let again):
                let pipe = try Pipe()
                let arrival = ArrivingSource(source, again: again, gate: try pipe.reader.duplicate())
                gates[job.number] = Gate(pipe.takeWriter())
                return LayerWork(
                    archive: source, arrival: arrival, copy: nil, copyPath: "", directory: directory, path: layer,
                    limits: limits, isNew: job.isNew)
            }
        } catch { throw .write(layer, error) }
    }
}
