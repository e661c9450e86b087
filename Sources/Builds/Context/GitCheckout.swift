// SPDX-License-Identifier: Apache-2.0
public import Linux

/// The files of a commit, in a directory.
public struct GitCheckout: Hashable, Sendable {
    /// The commit's id, 40 or 64 hexadecimal digits.
    public var commit: String
    /// When it was made, in seconds since 1970.
    public var time: Int64
    /// Where the files are below the directory: empty, or the subdirectory that was asked for.
    public var place: FileName

    /// Fetches what `reference` means into `directory`, an empty one, by the program git. `SSH_AUTH_SOCK` and proxies
    /// are those of this process.
    ///
    /// Files have 0644 or 0755, directories 0755, and all are this process'. With `keepsDirectory` there is a `.git`,
    /// with the one commit in it. A signal of `signals` ends it.
    public init(
        of reference: GitReference, into directory: borrowing Descriptor, keepsDirectory: Bool = false,
        interruptedBy signals: borrowing SignalQueue
    ) throws(BuildError) {
        let fetch = try GitFetch(reference)
        try fetch.start(in: directory, signals)
        let commit = try fetch.commit(in: directory, signals)
        _ = try fetch.git.run(
            ["checkout", "--quiet", "--force", "--detach", commit], in: directory, for: "check out \(commit)",
            interruptedBy: signals)
        if reference.hasSubmodules { try fetch.submodules(in: directory, signals) }
        let text = try fetch.git.run(
            ["show", "--no-patch", "--format=%ct", commit], in: directory, for: "read the commit \(commit)",
            interruptedBy: signals)
        guard let time = Int64(text.prefix { $0 != "\n" }) else {
            throw BuildError(.missing, "cannot read the time of the commit \(commit) of \(reference.shown)")
        }
        self.commit = commit
        self.time = time
        place = FileName(LexicalPath.belowRoot((reference.subdirectory ?? "").utf8)) ?? ""
        do throws(SystemError) {
            try Self.settle(
                directory, keepsDirectory: keepsDirectory,
                time: reference.usesCommitTime ? FileTime(seconds: time, nanoseconds: 0) : nil)
        } catch {
            throw BuildError(.file, "cannot set the permissions of the files of \(reference.shown)", cause: error)
        }
        guard !place.isEmpty else { return }
        do throws(SystemError) {
            _ = try directory.open(place, [.path, .directory], resolve: SelectedPath.resolution)
        } catch {
            throw BuildError(
                .missing, "\(place) is no directory of \(reference.shown) at \(commit.prefix(12))", cause: error)
        }
    }

    /// Gives files the permissions that a build has them with, and `time` where there is one, and takes git's own files
    /// away.
    static func settle(
        _ directory: borrowing Descriptor, keepsDirectory: Bool, time: FileTime?
    ) throws(SystemError) {
        try directory.visitTree { above, name, status throws(SystemError) in
            // No repository can have a file of that name, so it is git's: its directory, or a submodule's link to its own.
            if name == ".git" {
                if !keepsDirectory { try above.removeTree(name) }
                return false
            }
            if status.isDirectory { return true }
            if status.kind == .regular {
                try above.setPermissions(status.permissions & 0o100 != 0 ? 0o755 : 0o644, of: name)
            }
            if let time { try above.setTimes(modified: time, of: name) }
            return false
        } leave: { above, name, _ throws(SystemError) in
            try above.setPermissions(0o755, of: name)
            if let time { try above.setTimes(modified: time, of: name) }
        }
    }
}

/// The way from a reference to a commit that is here.
private struct GitFetch {
    let reference: GitReference
    let git: GitProgram

    init(_ reference: GitReference) throws(BuildError) {
        self.reference = reference
        git = try GitProgram(for: reference)
    }

    func start(in directory: borrowing Descriptor, _ signals: borrowing SignalQueue) throws(BuildError) {
        _ = try git.run(
            ["init", "--quiet", "--template=", "."], in: directory, for: "make a place for the files",
            interruptedBy: signals)
        _ = try git.run(
            ["remote", "add", "--", "origin", reference.remote], in: directory, for: "name the address",
            interruptedBy: signals)
    }

    /// Fetches the commit that is meant.
    func commit(in directory: borrowing Descriptor, _ signals: borrowing SignalQueue) throws(BuildError) -> String {
        var wanted = reference.name ?? "HEAD"
        if reference.fetchesByCommit, let checksum = reference.checksum { wanted = checksum }
        let isID = Self.isID(wanted)
        let full = isID ? wanted : try fullName(of: wanted, in: directory, signals)
        let found: String
        if let full, try fetch(full, in: directory, signals) {
            found = "FETCH_HEAD"
        } else {
            // A commit that no name leads to is not for the asking everywhere; a short id is nowhere.
            guard isID || Self.isShortID(wanted) else {
                if wanted == "HEAD" { throw BuildError(.missing, "\(reference.shown) has no commit yet") }
                throw BuildError(.missing, "\(reference.shown) has no branch, tag or commit \(wanted)")
            }
            _ = try git.run(
                ["fetch", "--quiet", "--no-tags", "origin", "+refs/*:refs/remotes/origin/*"], in: directory,
                for: "fetch all branches and tags", interruptedBy: signals)
            found = wanted
        }
        let parsed = try git.attempt(
            ["rev-parse", "--verify", "--quiet", "--end-of-options", found + "^{commit}"], in: directory,
            for: "find \(wanted)", interruptedBy: signals)
        let commit = String(decoding: parsed.output.prefix { $0 != 0x0A }, as: UTF8.self)
        guard parsed.status == .exited(0), Self.isID(commit) else {
            throw BuildError(.missing, "\(reference.shown) has no branch, tag or commit \(wanted)")
        }
        if let checksum = reference.checksum {
            // Of an annotated tag, its own id is as good.
            let own = try git.attempt(
                ["rev-parse", "--verify", "--quiet", "--end-of-options", found], in: directory, for: "find \(wanted)",
                interruptedBy: signals)
            let ids = [commit, String(decoding: own.output.prefix { $0 != 0x0A }, as: UTF8.self)]
            guard ids.contains(where: { $0.hasPrefix(checksum.lowercased()) }) else {
                throw BuildError(
                    .invalid,
                    "\(wanted) of \(reference.shown) is the commit \(commit), and not \(checksum) as was asked for")
            }
        }
        return commit
    }

    /// Fetches one commit by a full name or by its id; false where the other side does not give it.
    private func fetch(
        _ name: String, in directory: borrowing Descriptor, _ signals: borrowing SignalQueue
    ) throws(BuildError) -> Bool {
        let arguments = ["fetch", "--quiet", "--no-tags", "--depth=1", "origin", name]
        guard Self.isID(name) else {
            _ = try git.run(arguments, in: directory, for: "fetch \(name)", interruptedBy: signals)
            return true
        }
        return try git.attempt(arguments, in: directory, for: "fetch \(name)", interruptedBy: signals).status
            == .exited(0)
    }

    /// The full name that `name` stands for, as git-checkout(1) would take it: a name below `refs/`, a branch, a tag. nil
    /// where the repository has none.
    private func fullName(
        of name: String, in directory: borrowing Descriptor, _ signals: borrowing SignalQueue
    ) throws(BuildError) -> String? {
        let listed = try git.run(
            ["ls-remote", "--quiet", "origin", name], in: directory, for: "list the branches and tags",
            interruptedBy: signals)
        let names = Set(
            listed.split(separator: "\n").compactMap { line in
                line.split(separator: "\t", maxSplits: 1).last.map(String.init)
            })
        if name == "HEAD", names.contains(name) { return name }
        let bare = name.hasPrefix("refs/") ? String(name.dropFirst(5)) : name
        return ["refs/\(bare)", "refs/heads/\(bare)", "refs/tags/\(bare)"].first { names.contains($0) }
    }

    func submodules(in directory: borrowing Descriptor, _ signals: borrowing SignalQueue) throws(BuildError) {
        let status = try? directory.status(of: FileName(".gitmodules"))
        guard status?.kind == .regular else { return }
        _ = try git.run(
            ["submodule", "update", "--quiet", "--init", "--recursive", "--depth=1"], in: directory,
            for: "fetch the submodules", interruptedBy: signals)
    }

    static func isID(_ text: String) -> Bool { (text.utf8.count == 40 || text.utf8.count == 64) && isHex(text) }

    private static func isShortID(_ text: String) -> Bool { (7..<40).contains(text.utf8.count) && isHex(text) }

    private static func isHex(_ text: String) -> Bool {
        text.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains($0)
        }
    }
}
