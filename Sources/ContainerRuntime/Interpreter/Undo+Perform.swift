// SPDX-License-Identifier: Apache-2.0
internal import Linux

extension Undo {
    /// Takes away what the step made. What is gone already is no error.
    public func perform() throws(StepError) {
        switch self {
        case .removeCgroup(let path):
            do throws(CgroupError) { try Cgroup.remove(path) } catch {
                // A call that failed is told by the step; why nothing can be removed is not a call's to tell.
                throw StepError(cause: error.cause, detail: error.cause == nil ? error.subject : nil)
            }
        case .removeTree(let path), .removeFile(let path):
            guard let slash = path.lastIndex(of: "/") else { return }
            let name = String(path[path.index(after: slash)...])
            do {
                try Descriptor.open(String(path[..<slash]) + "/", [.directory]).removeTree(name)
            } catch {
                if error.errno != .noEntry { throw StepError(error) }
            }
        case .removeLink(let path, let owner):
            do {
                let directory = try Descriptor.open(path.folder, [.directory])
                if try directory.readLink(path.lastPart) == owner { try directory.remove(path.lastPart) }
            } catch {
                // What is no link is nobody's claim.
                if error.errno != .noEntry, error.errno != .invalid { throw StepError(error) }
            }
        }
    }
}

extension String {
    /// Of an absolute path: the directory, with a slash at its end, and what is in it.
    fileprivate var folder: String { lastIndex(of: "/").map { String(self[...$0]) } ?? "/" }
    fileprivate var lastPart: String { lastIndex(of: "/").map { String(self[index(after: $0)...]) } ?? self }
}
