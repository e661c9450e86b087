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
            guard let (above, name) = path.atLastSlash else { return }
            do {
                try Descriptor.open(above + "/", [.directory]).removeTree(name)
            } catch {
                if error.errno != .noEntry { throw StepError(error) }
            }
        case .removeLink(let path, let owner):
            do {
                let (above, name) = path.atLastSlash ?? ("", path)
                let directory = try Descriptor.open(above + "/", [.directory])
                if try directory.readLink(name) == owner { try directory.remove(name) }
            } catch {
                // What is no link is nobody's claim.
                if error.errno != .noEntry, error.errno != .invalid { throw StepError(error) }
            }
        }
    }
}
