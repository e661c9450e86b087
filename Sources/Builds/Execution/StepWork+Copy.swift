// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux

extension StepWork {
    /// COPY and ADD: files into the layer, seen as what is below it and the layer together.
    /// - Returns: the owners from 65536 on that occur.
    func carryOut(
        _ copy: CopyOperation, _ selection: StepSelection?, _ follower: LayerFollower
    ) throws(BuildError) -> [UInt32] {
        let isAlone = !step.dependsOnParent
        var copier = try FileCopier(
            copy, into: try openStage(alone: isAlone), upper: try openChanges(alone: isAlone), now: now,
            processes: min(4, ProcessorCount.present()))
        copier.follower = follower
        for (index, source) in copy.sources.enumerated() {
            switch source {
            case .path(let path, let reference):
                try withTree(reference) { tree throws(BuildError) in
                    var selector = try PathSelector(filter: tree.filter)
                    let found = try selector.select(
                        path, keepsParents: copy.keepsParents, excludes: copy.excludes, in: tree)
                    try copier.add(found, of: tree)
                }
            case .inline(let file): try copier.add(file)
            case .url, .git:
                guard let fetched = selection?.fetched[index] else {
                    throw BuildError(.missing, "a source of the step was not fetched", at: step.range)
                }
                try fetched.add(to: &copier)
            }
        }
        return try copier.finish()
    }

    /// The time of what a step makes and that has none of its own.
    var now: FileTime { epoch.map { FileTime(seconds: $0, nanoseconds: 0) } ?? Clock.wall }

    /// A copy of what `RUN --mount=type=bind` or the start of a cache shows, as a directory or file of the host's that
    /// can be shown with its owners mapped: a stack of layers cannot, and a context has files that are hidden.
    func materialize(
        _ source: String, of reference: TreeReference, as name: String
    ) throws(BuildError) -> (path: String, isDirectory: Bool) {
        let place = "\(scratch)/\(name)"
        let isDirectory = try withTree(reference) { tree throws(BuildError) in
            var selector = try PathSelector(filter: tree.filter)
            let found = try selector.path(source, in: tree)
            let operation = CopyOperation(
                sources: [.path(source, of: reference)], destination: found.isDirectory ? "/files/" : "/files")
            var copier = try FileCopier(
                operation, into: try self.makePlace(place), now: self.now, processes: min(4, ProcessorCount.present()))
            try copier.add(SourceSelection(paths: [found], rules: .everything, keepsParents: false), of: tree)
            _ = try copier.finish()
            if found.isDirectory { try self.show(found.status, of: place, keepsOwner: tree.keepsOwners) }
            return found.isDirectory
        }
        return ("\(place)/files", isDirectory)
    }

    func makePlace(_ path: String) throws(BuildError) -> Descriptor {
        do { return try Descriptor.makeDirectories(path, mode: 0o755) } catch {
            throw BuildError(.file, "cannot make \(path)", cause: error)
        }
    }

    /// Gives the top of a copied directory the attributes that it has: a mount shows them.
    private func show(_ status: FileStatus, of place: String, keepsOwner: Bool) throws(BuildError) {
        do throws(SystemError) {
            let files = try Descriptor.open("\(place)/files", [.readOnly, .directory])
            try files.setOwner(user: keepsOwner ? status.user : 0, group: keepsOwner ? status.group : 0)
            try files.setPermissions(status.permissions)
        } catch {
            throw BuildError(.file, "cannot set the attributes of \(place)/files", cause: error)
        }
    }

    /// WORKDIR: a directory, with those above it.
    func makeDirectory(_ path: String, user: String) throws(BuildError) -> [UInt32] {
        try WorkingDirectory.make(path, user: user, in: try openStage(), upper: try openChanges(), now: now)
    }

    /// The files that the step starts from, with its own changes on top. What does not depend on those below is `alone`,
    /// and does not see them.
    private func openStage(alone: Bool = false) throws(BuildError) -> Descriptor {
        do throws(SystemError) { return try LayerStack.open(alone ? [] : layers, writable: directory) } catch {
            throw BuildError(.file, "cannot open the files of the stage", at: step.range, cause: error)
        }
    }

    /// The directory behind them that takes the changes, where they are an overlay.
    private func openChanges(alone: Bool = false) throws(BuildError) -> Descriptor? {
        if alone || layers.isEmpty { return nil }
        do throws(SystemError) { return try Descriptor.open(directory + "/upper", [.readOnly, .directory]) } catch {
            throw BuildError(.file, "cannot open \(directory)/upper", at: step.range, cause: error)
        }
    }
}
