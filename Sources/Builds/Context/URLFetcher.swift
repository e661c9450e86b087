// SPDX-License-Identifier: Apache-2.0
public import Linux
public import OCI

/// Whoever can get a file from the network, for contexts and for ADD.
public protocol URLFetcher {
    /// Fetches what `address` (http or https) leads to into a new file of `directory`. A signal of `signals` ends it.
    ///
    /// Throws where `checksum` is given and the file has another, ``BuildError/Code/missing`` where it is not there.
    func fetch(
        _ address: String, checksum: Digest?, into directory: borrowing Descriptor,
        interruptedBy signals: borrowing SignalQueue
    ) throws(BuildError) -> Download
}

/// A file that was fetched.
public struct Download: Hashable, Sendable {
    /// In the directory that it was fetched into.
    public var name: FileName
    public var digest: Digest
    /// The server's `Last-Modified`.
    public var modified: FileTime?

    public init(name: FileName, digest: Digest, modified: FileTime?) {
        self.name = name
        self.digest = digest
        self.modified = modified
    }
}
