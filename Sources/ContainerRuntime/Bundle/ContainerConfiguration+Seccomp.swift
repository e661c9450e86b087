// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension FilterChoice {
    /// The filter of `linux.seccomp`, compiled at most once for all containers that have the same.
    init(_ profile: RawJSON?, cache path: String) throws(RuntimeError) {
        guard let profile else {
            self = .unconfined
            return
        }
        let cache: SeccompCache
        do {
            cache = SeccompCache(in: try Descriptor.makeDirectories(path, mode: 0o700))
        } catch {
            throw RuntimeError(.files, "cannot keep compiled filters in \(path)", path: path, cause: error)
        }
        do {
            let entry = try cache.filter(ofDocument: profile.bytes) { () throws(SeccompProfileError) in
                let json: JSON
                do throws(JSONError) {
                    json = try profile.json()
                } catch {
                    throw SeccompProfileError(.syntax, "line \(error.line)", "\(error)")
                }
                // A bundle's profile has no conditions: neither capabilities nor the kernel change it.
                return try SeccompProfile(json).rules(bounding: .named, kernel: KernelVersion(0, 0))
            }
            self.init(name: "bundle's", program: entry.filter)
        } catch {
            throw .configuration("linux.seccomp", "\(error)")
        }
    }
}
