// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Images
internal import Linux
internal import OCI

/// What a step reads beside the files that it starts from, and what is in it.
struct StepSelection: Sendable {
    /// For the key, one for each source or mount.
    var contents: [SelectedContent] = []
    var manifests: [ContentManifest] = []
    /// What is copied, with what was found: to see after the copy that nobody has written to it meanwhile.
    var copied: [Copied] = []
    /// What was fetched, by the place of its source in the instruction.
    var fetched: [Int: FetchedSource] = [:]

    struct Copied: Sendable {
        var source: String
        var tree: TreeReference
        var digest: ContentDigest
    }
}

extension StepWork {
    /// Looks at what the step reads: sources of a copy, read-only binds of a RUN. Before many files of a copy are read,
    /// `whenMuch` is told how many bytes.
    func select(whenMuch: (Int64) -> Void = { _ in }) throws(BuildError) -> StepSelection {
        var selection = StepSelection()
        switch step.operation {
        case .makeDirectory: break
        case .copy(let copy):
            for (index, source) in copy.sources.enumerated() {
                try select(source, index, of: copy, &selection, whenMuch)
            }
        case .run(let run):
            for mount in run.mounts {
                switch mount.kind {
                case .bind(let tree, let path, _):
                    selection.add("\(path) of the mount at \(mount.target)", try digest(path, of: tree))
                case .cache(_, _, let seed, let path, _, _, _, _) where seed != .empty:
                    selection.add("\(path), from which the cache at \(mount.target) starts", try digest(path, of: seed))
                default: break
                }
            }
        }
        return selection
    }

    /// What a mount shows, the attributes of its top included.
    private func digest(_ path: String, of reference: TreeReference) throws(BuildError) -> ContentDigest {
        try withTree(reference) { tree throws(BuildError) in
            var selector = try PathSelector(filter: tree.filter)
            let found = SourceSelection(
                paths: [try selector.path(path, in: tree)], rules: .everything, keepsParents: false)
            return try self.digest(found, DigestRules(includesTop: true), of: reference, tree)
        }
    }

    private func select(
        _ source: CopyOperation.Source, _ index: Int, of copy: CopyOperation, _ selection: inout StepSelection,
        _ whenMuch: (Int64) -> Void
    ) throws(BuildError) {
        switch source {
        case .inline: break
        case .path(let path, let reference):
            let digest = try digest(path, of: copy, reference, whenMuch)
            selection.add("the files of \(path)", digest)
            selection.copied.append(StepSelection.Copied(source: path, tree: reference, digest: digest))
        case .git(let address, let keepsDirectory, let checksum):
            let (checkout, place) = try fetch(address, index, keepsDirectory: keepsDirectory, checksum: checksum)
            selection.fetched[index] = .repository(checkout, directory: place)
            // The commit says all of its files.
            selection.contents.append(
                SelectedContent(label: "the commit of \(address)", text: "\(checkout.commit) \(checkout.place)"))
        case .url(let address, let checksum):
            let (download, place) = try download(address, index, checksum: checksum)
            selection.fetched[index] = .file(
                path: "\(place)/\(download.name)", name: "\(download.name)", modified: download.modified ?? now)
            selection.contents.append(SelectedContent(label: "the file at \(address)", digest: download.digest))
            // The layer has it.
            let time = download.modified.map { "\($0.seconds)" } ?? ""
            selection.contents.append(SelectedContent(label: "the time of \(address)", text: time))
        }
    }

    private func fetch(
        _ address: String, _ index: Int, keepsDirectory: Bool, checksum: String?
    ) throws(BuildError) -> (GitCheckout, String) {
        var reference = try GitReference(parsing: address)
        reference.checksum = checksum ?? reference.checksum
        let place = "\(scratch)/repository-\(index)"
        let checkout = try GitCheckout(
            of: reference, into: try makePlace(place), keepsDirectory: reference.keepsDirectory ?? keepsDirectory,
            interruptedBy: try signalsToEnd())
        return (checkout, place)
    }

    private func download(
        _ address: String, _ index: Int, checksum: String?
    ) throws(BuildError) -> (Download, String) {
        let place = "\(scratch)/download-\(index)"
        var expected: Digest?
        do { expected = try checksum.map { text throws(ImageFormatError) in try Digest(text) } } catch {
            throw BuildError(.syntax, "--checksum=\(checksum ?? "")", at: step.range, cause: error)
        }
        let fetched = try FetchProgram(engine: engine).fetch(
            address, checksum: expected, into: try makePlace(place), interruptedBy: try signalsToEnd())
        return (fetched, place)
    }

    private func signalsToEnd() throws(BuildError) -> SignalQueue {
        do { return try SignalQueue(of: SignalQueue.ending) } catch {
            throw BuildError(.file, "cannot wait for signals", cause: error)
        }
    }

    /// Whether what was copied is still what was looked at.
    func isUntouched(_ selection: StepSelection, _ copy: CopyOperation) throws(BuildError) -> Bool {
        for copied in selection.copied {
            // What is no context, nobody writes to, nor to one that was unpacked for this build.
            guard case .context(let context) = sources[copied.tree], context.isLasting else { continue }
            let now = try digest(copied.source, of: copy, copied.tree)
            if !now.isUntouched(since: copied.digest) { return false }
        }
        return true
    }

    private func digest(
        _ path: String, of copy: CopyOperation, _ reference: TreeReference, _ whenMuch: (Int64) -> Void = { _ in }
    ) throws(BuildError) -> ContentDigest {
        var rules = DigestRules(ignoresOwners: copy.owner != nil)
        if let mode = copy.mode { rules.modeChange = try ModeChange(mode) }
        return try withTree(reference) { tree throws(BuildError) in
            var selector = try PathSelector(filter: tree.filter)
            let found = try selector.select(
                path, keepsParents: copy.keepsParents, excludes: copy.excludes, in: tree)
            return try self.digest(found, rules, of: reference, tree, whenMuch)
        }
    }

    private func digest(
        _ selection: SourceSelection, _ rules: DigestRules, of reference: TreeReference, _ tree: borrowing FileTree,
        _ whenMuch: (Int64) -> Void = { _ in }
    ) throws(BuildError) -> ContentDigest {
        let processes = min(4, ProcessorCount.present())
        // What was unpacked for this build is gone with it, and so would be what is kept of it.
        guard case .context(let context) = sources[reference], context.isLasting else {
            var digester = ContentDigester(processes: processes)
            return try digester.digest(selection, rules, in: tree, whenMuch: whenMuch)
        }
        let store = engine.places.root + "/contexts"
        var digester = try ContentDigester(context: tree.root, store: store, processes: processes)
        let digest = try digester.digest(selection, rules, in: tree, whenMuch: whenMuch)
        try digester.save(context: tree.root, store: store)
        return digest
    }

    /// Opens a tree for as long as `body` takes.
    func withTree<R>(
        _ reference: TreeReference, _ body: (borrowing FileTree) throws(BuildError) -> R
    ) throws(BuildError) -> R {
        switch sources[reference] {
        case .context(let context): return try body(try context.open())
        case .layers(let layers, let name):
            let root: Descriptor
            do throws(SystemError) { root = try LayerStack.open(layers, empty: empty) } catch {
                throw BuildError(.file, "cannot open \(name)", cause: error)
            }
            return try body(FileTree(root: root, keepsOwners: true, name: name))
        case nil: throw BuildError(.missing, "the step reads files that are nowhere", at: step.range)
        }
    }
}

extension StepSelection {
    fileprivate mutating func add(_ label: String, _ digest: ContentDigest) {
        contents.append(SelectedContent(label: label, digest: digest.digest))
        manifests.append(digest.manifest)
    }
}
