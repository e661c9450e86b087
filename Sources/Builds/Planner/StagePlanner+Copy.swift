// SPDX-License-Identifier: Apache-2.0
internal import OCI

// COPY and ADD.
extension StagePlanner {
    mutating func copy(_ copy: Instruction.Copy, isAdd: Bool) throws(BuildError) {
        let name = isAdd ? "ADD" : "COPY"
        let owner = try expand(copy.owner).flatMap { $0.isEmpty ? nil : $0 }
        let mode = try expand(copy.mode).flatMap { $0.isEmpty ? nil : $0 }
        if let mode { _ = try ModeChange(mode) }
        let checksum = try expand(copy.checksum).flatMap { $0.isEmpty ? nil : $0 }
        if checksum != nil, copy.sources.count != 1 {
            throw BuildError(.syntax, "--checksum is for one source: write an ADD for each")
        }
        let tree = try tree(of: copy)

        // Paths first and here-documents last, in whatever order they are written.
        var sources: [CopyOperation.Source] = []
        var inline: [CopyOperation.Source] = []
        var texts: [String] = []
        var inlineTexts: [String] = []
        for source in copy.sources {
            switch source {
            case .path(let written):
                let path = try expand(written)
                texts.append(path)
                sources.append(try self.source(path, copy, isAdd: isAdd, checksum: checksum, of: tree))
            case .inline(let heredoc):
                let contents =
                    heredoc.isQuoted ? heredoc.contents : try expansion(of: heredoc.contents, isBody: true).text
                let name = try fileName(ofHeredoc: heredoc.name)
                inlineTexts.append("<<" + name)
                inline.append(.inline(InlineFile(name: name, contents: contents)))
            }
        }
        if checksum != nil, case .path? = (sources + inline).first {
            throw BuildError(.syntax, "--checksum is for a URL or a repository; files of the context need none")
        }
        if checksum != nil, sources.isEmpty {
            throw BuildError(.syntax, "--checksum is for a URL or a repository; a here-document needs none")
        }

        let destination = try expand(copy.destination)
        let operation = CopyOperation(
            sources: sources + inline, destination: StagePath.destination(destination, from: state.directory),
            owner: owner, mode: mode, isLink: copy.isLink && mode == nil, keepsParents: copy.keepsParents,
            excludes: copy.excludes, unpacks: copy.unpacks, isAdd: isAdd)
        try add(.copy(operation), title: title(expander.title(ofInstruction:)))

        var words = [name]
        if copy.keepsParents { words.append("--parents") }
        if let owner { words.append("--chown=" + owner) }
        if let mode { words.append("--chmod=" + mode) }
        words += texts + inlineTexts + [destination]
        record(words.joined(separator: " "), hasLayer: true, isExecuted: true)
    }

    private func tree(of copy: Instruction.Copy) throws(BuildError) -> TreeReference {
        guard let from = copy.from, let source = command.sources.first.flatMap(\.self) else { return .context("") }
        if let stage = context.graph.stage(of: from, allowsIndex: true), stage > draft.index {
            throw BuildError(
                .invalid, "--from=\(from): that stage is further down, move it in front of stage \(draft.title)")
        }
        return context.tree(source)
    }

    private func source(
        _ path: String, _ copy: Instruction.Copy, isAdd: Bool, checksum: String?, of tree: TreeReference
    ) throws(BuildError) -> CopyOperation.Source {
        let remote = RemoteSource(path, isRepository: isAdd && copy.keepsGitDirectory != nil)
        switch remote {
        case .file:
            return .path(Self.normalized(path, keepsParents: copy.keepsParents), of: tree)
        case _ where !isAdd:
            throw BuildError(.syntax, "COPY cannot fetch \(path): write ADD, or copy a file of the context")
        case .url:
            if let checksum, (try? Digest(checksum)) == nil {
                throw BuildError(
                    .syntax, "--checksum=\(checksum) is no digest: write sha256: and 64 hexadecimal digits")
            }
            return .url(path, checksum: checksum)
        case .repository:
            if let checksum {
                let isCommit =
                    checksum.utf8.count <= 64 && checksum.unicodeScalars.allSatisfy(\.properties.isASCIIHexDigit)
                guard isCommit else {
                    throw BuildError(
                        .syntax, "--checksum=\(checksum) is no commit: write its id, or the first digits of it")
                }
            }
            return .git(path, keepsDirectory: copy.keepsGitDirectory ?? false, checksum: checksum)
        }
    }

    /// Below the root, whatever is written; with `keepsParents`, `/./` once, in front of what is kept.
    private static func normalized(_ path: String, keepsParents: Bool) -> String {
        guard keepsParents else { return StagePath.joined("/", path) }
        let bytes = Array(path.utf8)
        let mark = Array("/./".utf8)
        let pivot = bytes.indices.first { bytes[$0...].starts(with: mark) }
        let left = pivot.map { StagePath.joined("/", String(decoding: bytes[..<$0], as: UTF8.self)) } ?? "/"
        let kept = StagePath.joined("/", String(decoding: bytes[(pivot.map { $0 + 3 } ?? 0)...], as: UTF8.self))
        return (left == "/" ? "" : left) + "/." + kept
    }
}
