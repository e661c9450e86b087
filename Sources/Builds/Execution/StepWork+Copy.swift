// SPDX-License-Identifier: Apache-2.0
internal import Engine
internal import Linux

extension StepWork {
    func materialize(
        _ source: String, of reference: TreeReference, as name: String
    ) throws(BuildError) -> (path: String, isDirectory: Bool) {
        throw BuildError(.unsupported, "mount")
    }

    /// COPY and ADD. Returns the owners from 65536 on that occur.
    func carryOut(_ copy: CopyOperation) throws(BuildError) -> [UInt32] {
        var copier = try FileCopier(
            copy, into: try openRoot(isLink: copy.isLink), upper: try openUpper(isLink: copy.isLink), now: Clock.wall,
            processes: ProcessorCount.present())
        for source in copy.sources {
            switch source {
            case .path(let path, let reference):
                try withTree(reference) { tree throws(BuildError) in
                    var selector = try PathSelector(filter: tree.filter)
                    let selection = try selector.select(
                        path, keepsParents: copy.keepsParents, excludes: copy.excludes, in: tree)
                    try copier.add(selection, of: tree)
                }
            case .inline(let file): try copier.add(file)
            case .url(let address, _), .git(let address, _, _):
                throw BuildError(.unsupported, "ADD \(address)", at: step.range)
            }
        }
        return try copier.finish()
    }

    /// WORKDIR. Returns the owners from 65536 on that occur.
    func makeDirectory(_ path: String, user: String) throws(BuildError) -> [UInt32] {
        try WorkingDirectory.make(
            path, user: user, in: try openRoot(), upper: try openUpper(), now: Clock.wall)
    }

    /// The files that the step starts from; of a link, which does not depend on them, nothing.
    private func openRoot(isLink: Bool = false) throws(BuildError) -> Descriptor {
        do throws(SystemError) { return try LayerStack.open(isLink ? [] : layers, writable: directory) } catch {
            throw BuildError(.file, "cannot open the files of the stage", cause: error)
        }
    }

    /// The directory behind them where they are an overlay.
    private func openUpper(isLink: Bool = false) throws(BuildError) -> Descriptor? {
        if isLink || layers.isEmpty { return nil }
        do throws(SystemError) { return try Descriptor.open(directory + "/upper", [.readOnly, .directory]) } catch {
            throw BuildError(.file, "cannot open \(directory)/upper", cause: error)
        }
    }
}
