// SPDX-License-Identifier: Apache-2.0
internal import Linux
internal import OCI

extension FilterChoice {
    /// The filter of `linux.seccomp`, compiled at most once for all containers that have the same.
    init(
        _ profile: RawJSON?, of description: RuntimeConfiguration, at place: BundlePlace
    ) throws(RuntimeError) {
        guard let profile else {
            self = .unconfined
            return
        }
        let cache: SeccompCache
        do {
            cache = SeccompCache(in: try Descriptor.makeDirectories(place.filters, mode: 0o700))
        } catch {
            throw RuntimeError(
                .files, "cannot keep compiled filters in \(place.filters)", path: place.filters, cause: error)
        }
        do {
            let entry = try cache.filter(ofDocument: profile.bytes) { () throws(SeccompProfileError) in
                // A bundle's profile has no conditions: neither capabilities nor the kernel change it.
                try SeccompProfile(resolved: Self.json(profile)).rules(bounding: .named, kernel: KernelVersion(0, 0))
            }
            self.init(name: "bundle's", program: entry.filter)
            // Who answers is no part of the program, and most profiles ask nobody. The flag is of use, and taken by the
            // kernel, with somebody alone.
            guard entry.filter.asksSupervisor else {
                program?.flags.remove(.waitKillable)
                return
            }
            listener = try ListenerChoice(
                Self.json(profile),
                state: HookState(description, id: place.id, bundle: place.bundle ?? place.directory))
        } catch {
            throw .configuration("linux.seccomp", "\(error)")
        }
    }

    private static func json(_ profile: RawJSON) throws(SeccompProfileError) -> JSON {
        do throws(JSONError) {
            return try profile.json()
        } catch {
            throw SeccompProfileError(.syntax, "line \(error.line)", "\(error)")
        }
    }
}

extension ListenerChoice {
    fileprivate init(_ json: JSON, state: HookState) throws(SeccompProfileError) {
        guard let path = json["listenerPath"]?.string, path.hasPrefix("/") else {
            throw SeccompProfileError(
                .missing, "listenerPath",
                "SCMP_ACT_NOTIFY asks whoever listens there: write the absolute path of a socket")
        }
        self.init(path: path, metadata: json["listenerMetadata"]?.string, state: state)
    }
}
