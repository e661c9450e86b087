// SPDX-License-Identifier: Apache-2.0
public import Linux

extension Undo {
    /// Takes away what the step made. What is gone already is no error.
    public func perform() throws(SystemError) {
        switch self {
        case .removeCgroup(let path): try CgroupDirectory.remove(path)
        case .removeTree(let path), .removeFile(let path):
            guard let slash = path.lastIndex(of: "/") else { return }
            let name = String(path[path.index(after: slash)...])
            do {
                try Descriptor.open(String(path[..<slash]) + "/", [.directory]).removeTree(name)
            } catch {
                if error.errno != .noEntry { throw error }
            }
        }
    }
}
