// SPDX-License-Identifier: Apache-2.0
internal import Linux

/// The file in which a caller finds the number of a container's process.
public enum ProcessIDFile {
    /// Writes `process` in decimal, without a line end, so that a reader sees all of it or no file: under another name
    /// first, as runc does (utils_linux.go, createPidFile).
    public static func write(_ process: Int32, to path: String) throws(RuntimeError) {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        let name = String(path[path.index(after: slash)...])
        do throws(SystemError) {
            let directory = try Descriptor.open(String(path[..<slash]) + "/", [.directory])
            let temporary = ".\(name)"
            // Left by a command that was killed while it wrote.
            try? directory.remove(temporary)
            do throws(SystemError) {
                let file = try directory.open(temporary, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o666)
                try file.write("\(process)")
                try file.close()
                try directory.rename(temporary, to: name)
            } catch {
                try? directory.remove(temporary)
                throw error
            }
        } catch {
            throw RuntimeError(.files, "cannot write the pid file \(path)", path: path, cause: error)
        }
    }
}
