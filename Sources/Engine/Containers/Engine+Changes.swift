// SPDX-License-Identifier: Apache-2.0
public import Images
internal import Linux
public import OCI

/// How `commit` makes an image of a container.
public struct CommitRequest: Hashable, Sendable {
    public var container: String
    /// Nil leaves the image without a name.
    public var name: ImageReference?
    /// Each in the syntax of a Dockerfile: `CMD ["sh"]`, `ENV A=1`.
    public var changes: [String]
    public var author: String?
    public var message: String?
    /// Whether the processes of a container that runs are held while its files are read.
    public var pauses: Bool

    public init(
        container: String, name: ImageReference? = nil, changes: [String] = [], author: String? = nil,
        message: String? = nil, pauses: Bool = true
    ) {
        self.container = container
        self.name = name
        self.changes = changes
        self.author = author
        self.message = message
        self.pauses = pauses
    }
}

extension Engine {
    /// What the container has changed of its image, by path. It may run.
    public func changes(of text: String) throws(EngineError) -> [ContainerChange] {
        let record = try inspect(text)
        let image = try image(of: record)
        do {
            let root = ContainerRoot(image)
            return try UpperChanges.list(
                try upper(of: record), above: try root.stack(above: try Skeleton.path(below: places.root)))
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.store, "cannot compare the container \(record.name) with its image", cause: error)
        }
    }

    /// Makes an image of a container's changes on top of its image. What is mounted in it is not part of them. The container
    /// may run; where it is not held, a file that it writes at that moment is taken as it is.
    ///
    /// The image is configured as the container's image and then by the request's changes; what was given to `run` is
    /// not part of it.
    /// - Parameter warn: called with a line for a person.
    public func commit(_ request: CommitRequest, warn: (String) -> Void) throws(EngineError) -> Image {
        let record = try inspect(request.container)
        let image = try image(of: record)
        _ = try upper(of: record)
        guard request.pauses, let cgroup = record.cgroupToHold else {
            if request.pauses, record.runningProcess != nil, !record.isPaused {
                warn("the container \(record.name) has no cgroup, so it is not held while its files are read")
            }
            return try commit(request, record, image)
        }
        let pause = try Pause(ofCgroup: cgroup, name: record.name)
        self.record(event: .container(record, "pause"))
        let result: Result<Image, EngineError>
        do throws(EngineError) { result = .success(try commit(request, record, image)) } catch {
            result = .failure(error)
        }
        pause.end()
        self.record(event: .container(record, "unpause"))
        return try result.get()
    }

    private func commit(
        _ request: CommitRequest, _ record: ContainerRecord, _ image: Image
    ) throws(EngineError) -> Image {
        let upper = try upper(of: record)
        do throws(ImageError) {
            let store = try images()
            var hold = LayerHold()
            try store.hold(image, archives: true, in: &hold)
            defer { withExtendedLifetime(hold) {} }
            let committed = try store.commit(
                Commit(
                    upper: upper, base: image, name: request.name, changes: request.changes,
                    author: request.author, message: request.message,
                    command: record.command.joined(separator: " "), created: Clock.wall))
            self.record(Action("commit", record, made: committed))
            return committed
        } catch {
            throw EngineError(.store, "cannot make an image of the container \(record.name)", cause: error)
        }
    }

    private func upper(of record: ContainerRecord) throws(EngineError) -> String {
        guard ContainerDetails(record.details)?.writesToMemory != true else {
            throw EngineError(
                .invalid,
                "the container \(record.name) writes to memory, by --storage-opt size=: copy its files out with 'minibox cp' or "
                    + "'minibox export'")
        }
        return "\(containers.directory)/\(record.id)/upper"
    }

    private func image(of record: ContainerRecord) throws(EngineError) -> Image {
        do throws(ImageError) { return try images().resolve(record.imageID) } catch {
            throw EngineError(.store, "cannot use the image of the container \(record.name)", cause: error)
        }
    }
}

extension ContainerRecord {
    /// The cgroup by which it can be held: of one that runs, and that nobody holds already.
    fileprivate var cgroupToHold: String? {
        guard runningProcess != nil, !isPaused else { return nil }
        return ContainerDetails(details)?.cgroup
    }
}
