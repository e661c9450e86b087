// SPDX-License-Identifier: Apache-2.0
public import Linux
internal import OCI

/// The directory of one container: its journal, its state, the gate that its process waits at, and a lock.
///
/// The lock is the process's own (fcntl(2)): a child does not share it, so that it is free when this process is gone,
/// whatever became of the container.
public struct ContainerDirectory: ~Copyable, Sendable {
    public let id: ContainerID
    let root: String
    public let directory: Descriptor
    /// The lock, while it is held. Closing any descriptor of the file would give it back.
    private var held: Descriptor?
    private var isHeld = false

    init(id: ContainerID, root: String, directory: consuming Descriptor) {
        self.id = id
        self.root = root
        self.directory = directory
        held = nil
    }

    public var path: String { "\(root)/\(id)" }

    /// Names of the files.
    public enum File {
        public static let state = "state.json"
        /// The same while the container is being made.
        static let announced = "creating.json"
        /// There while the container is created and not started.
        public static let gate = "exec.fifo"
        /// What comes of the program's execution.
        public static let report = "report"
        /// The seccomp program, for what is executed in the container later.
        public static let filter = "filter"
        static let lock = "lock"
    }

    /// Waits until no other command changes the container, for at most `milliseconds`; the lock is given back by
    /// ``unlock()``, or when this process ends.
    public mutating func lock(milliseconds: Int = 10_000) throws(RuntimeError) {
        var waited = 0
        do throws(SystemError) {
            let file = try directory.open(File.lock, [.readWrite, .create, .noFollow], mode: 0o600)
            while try !file.lockForProcess() {
                guard waited < milliseconds else { throw SystemError("fcntl", .again) }
                Clock.sleep(milliseconds: 2)
                waited += 2
            }
            held = consume file
            isHeld = true
        } catch {
            // Removed since it was found.
            if error.errno == .noEntry { throw .notFound }
            if error.errno == .again {
                throw RuntimeError(
                    .stuck, "another command has been changing the container \(id) for \(milliseconds / 1000) seconds",
                    RuntimeError.Details(path: "\(path)/\(File.lock)", hint: "lslocks(8) says which process it is"))
            }
            throw RuntimeError(.files, "cannot lock the container", path: path, cause: error)
        }
        // Whoever had it may have removed the container meanwhile.
        guard (try? directory.status(of: File.lock)) != nil else { throw .notFound }
    }

    /// Lets other commands change the container.
    public mutating func unlock() {
        held = nil
        isHeld = false
    }

    /// Whether another process is changing the container now: also its creator, until it has started.
    public borrowing func isLocked() -> Bool {
        // To look would be to give the lock back.
        if isHeld { return false }
        guard let file = try? directory.open(File.lock, [.readWrite]) else { return false }
        return (try? file.isLockedByProcess()) == true
    }

    /// Whether the container waits to be started. A pipe that nobody reads is one that a `start` has left which was
    /// killed: ENXIO, fifo(7).
    public borrowing func hasGate() -> Bool {
        do {
            _ = try directory.open(File.gate, [.writeOnly, .nonBlocking, .noFollow])
            return true
        } catch {
            return false
        }
    }

    /// What was written down when the container was created; nil where it was not, or not yet.
    public borrowing func state() throws(RuntimeError) -> ContainerState? {
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try directory.open(File.state, [.readOnly, .noFollow]).readAll()
        } catch {
            if error.errno == .noEntry { return nil }
            throw RuntimeError(
                .files, "cannot read the state of the container", path: "\(path)/\(File.state)", cause: error)
        }
        guard let json = try? JSON(parsing: bytes), let state = ContainerState(json) else {
            throw RuntimeError(
                .files, "the state of the container is damaged: remove it with 'delete --force \(id)'",
                RuntimeError.Details(path: "\(path)/\(File.state)"))
        }
        return state
    }

    /// The state of a container that is being made, or whose creator was killed meanwhile: for who reports it and for
    /// who takes it away. Nobody enters such a container: its process may still be in the host's file system.
    public borrowing func announced() -> ContainerState? {
        guard let bytes = try? directory.open(File.announced, [.readOnly, .noFollow]).readAll(),
            let json = try? JSON(parsing: bytes)
        else { return nil }
        return ContainerState(json)
    }

    /// Writes down the state of a container that is being made, under the name that ``settle()`` changes. Of what was cut
    /// off, a reader takes nothing.
    borrowing func announce(_ state: ContainerState) throws(SystemError) {
        try directory.open(File.announced, [.writeOnly, .create, .exclusive, .noFollow], mode: 0o600)
            .write(state.json.bytes())
    }

    /// Makes the state that was announced the container's: a reader sees the whole of it or nothing.
    borrowing func settle() throws(SystemError) { try directory.rename(File.announced, to: File.state) }

    /// Takes the directory away, and with it the id. What it lists goes before: the state last of all files, so that a
    /// removal that was interrupted can be gone on with.
    public borrowing func remove() throws(RuntimeError) {
        do throws(SystemError) {
            try Descriptor.open(root, [.directory]).removeTree(id.text)
        } catch {
            throw RuntimeError(.files, "cannot remove the state of the container", path: path, cause: error)
        }
    }
}
