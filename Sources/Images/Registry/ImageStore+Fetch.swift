// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI
internal import Registry

/// What was at an address, which is no registry's.
public struct FetchedAddress: Hashable, Sendable {
    public var digest: Digest
    /// The server's `Last-Modified`, as it said it.
    public var modified: String?
}

extension ImageStore {
    /// Has what is at `address` (http or https) as the new file `name` of `directory`, with mode 0600, and makes its digest.
    ///
    /// The program that speaks with the server is nobody, and works in a directory of the store's staging. A signal of
    /// `signals` ends it. Only in a process with one thread.
    /// - Parameter limit: in bytes, the most that is taken.
    public func fetch(
        _ address: String, limit: Int64, by link: RegistryLink, as name: FileName, in directory: borrowing Descriptor,
        interruptedBy signals: borrowing SignalQueue
    ) throws(ImageError) -> FetchedAddress {
        let staging = try makeStaging()
        let fetch = try FetchProcess(link.program, link.session, in: staging)
        let number = fetch.ask(.get(address: address, limit: limit, file: "file"))
        var modified: String?
        waiting: while true {
            var set = PollSet()
            let signal = set.add(signals.descriptor, .reading)
            let places = fetch.add(to: &set)
            do throws(SystemError) { try set.wait(milliseconds: 10_000) } catch { throw .read("events", error) }
            if set.isReady(signal), let received = try? signals.next() {
                throw ImageError(.interrupted(received), address, "stopped by \(received) while fetching \(address)")
            }
            for event in try fetch.take(places, of: set) where event.id == number {
                switch event.report {
                case .done(let outcome):
                    modified = outcome.modified
                    break waiting
                case .failed(let failure): throw .fetch(address, "cannot fetch \(address)", failure)
                case .progress, .retry: break
                }
            }
        }
        let file = try fetch.accept("file", as: "taken", in: staging.directory, size: nil, limit: limit)
        return try wrapping({ .write("\(name)", $0) }) { () throws(SystemError) in
            let digest = try Self.move(file, "taken", of: staging.directory, to: name, in: directory)
            return FetchedAddress(digest: digest, modified: modified)
        }
    }

    /// Moves a file, which is `file` and called `former` in `staging`, and returns its digest. To another file system it is
    /// copied.
    static func move(
        _ file: borrowing Descriptor, _ former: FileName, of staging: borrowing Descriptor, to name: FileName,
        in directory: borrowing Descriptor
    ) throws(SystemError) -> Digest {
        var copy: Descriptor?
        do throws(SystemError) {
            try file.setPermissions(0o600)
            try staging.rename(former, to: name, in: directory)
        } catch {
            guard error.errno == .crossDevice else { throw error }
            copy = try directory.open(name, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
        }
        return try Digest(of: file) { bytes throws(SystemError) in try copy?.write(bytes) }
    }
}
