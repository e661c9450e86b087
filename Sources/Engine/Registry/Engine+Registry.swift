// SPDX-License-Identifier: Apache-2.0
public import Images
public import Linux
public import OCI
public import Registry

extension Engine {
    /// How the registries of these names are spoken with.
    public func link(
        _ environment: RegistryEnvironment, _ references: [ImageReference]
    ) throws(EngineError) -> RegistryLink {
        RegistryLink(
            program: try RegistryEnvironment.program(),
            session: try environment.session(for: references.map { ($0.host, $0.path) }))
    }

    /// Takes an image from its registry; see ``ImageStore/pull(_:from:_:interruptedBy:progress:)``.
    public func pull(
        _ request: PullRequest, _ environment: RegistryEnvironment, _ setting: LayerSetting = LayerSetting(),
        interruptedBy signals: borrowing SignalQueue, progress: @escaping (PullEvent) -> Void
    ) throws(EngineError) -> PulledImage {
        let link = try link(environment, [request.reference])
        do throws(ImageError) {
            let image = try images().pull(
                request, from: link, setting, interruptedBy: signals, progress: progress)
            let name = image.reference.familiar
            record(event: .image(id: name, action: "pull", attributes: ["name": image.reference.familiarName]))
            record(Action("pull", image: name, digest: "\(image.id)"))
            return image
        } catch {
            throw EngineError(registry: error)
        }
    }

    /// Has what is at an address that is no registry's; see ``ImageStore/fetch(_:limit:by:as:in:interruptedBy:)``.
    public func fetch(
        _ address: String, limit: Int64, _ environment: RegistryEnvironment, as name: FileName,
        in directory: borrowing Descriptor, interruptedBy signals: borrowing SignalQueue
    ) throws(EngineError) -> FetchedAddress {
        let link = try link(environment, [])
        do throws(ImageError) {
            return try images().fetch(
                address, limit: limit, by: link, as: name, in: directory, interruptedBy: signals)
        } catch {
            throw EngineError(registry: error)
        }
    }

    /// Questions to the registries of these names.
    public func client(
        _ environment: RegistryEnvironment, _ references: [ImageReference], interruptedBy signals: borrowing SignalQueue
    ) throws(EngineError) -> RegistryClient {
        let link = try link(environment, references)
        do throws(ImageError) {
            return try RegistryClient(try images(), link, interruptedBy: signals)
        } catch {
            throw EngineError(registry: error)
        }
    }

    /// Questions to one registry as who logs in to it.
    public func client(
        _ environment: RegistryEnvironment, registry: String, as credential: RegistryCredential?,
        interruptedBy signals: borrowing SignalQueue
    ) throws(EngineError) -> RegistryClient {
        var session = try environment.session(for: [(registry, nil)])
        // A mirror is not logged in to.
        if var endpoint = session.registries[registry]?.endpoints.last {
            endpoint.credential = credential
            session.registries[registry]?.endpoints = [endpoint]
        }
        let link = RegistryLink(program: try RegistryEnvironment.program(), session: session)
        do throws(ImageError) {
            return try RegistryClient(try images(), link, interruptedBy: signals)
        } catch {
            throw EngineError(registry: error)
        }
    }
}

extension EngineError {
    /// What a registry or what it gave did not do.
    public init(registry error: ImageError) {
        if case .interrupted(let signal) = error.code {
            self.init(.interrupted(signal.rawValue), "\(error)")
        } else {
            self.init(.missing, "\(error)")
        }
    }
}

extension Engine {
    /// Sends an image to its registry; see ``ImageStore/push(_:to:interruptedBy:progress:)``.
    public func push(
        _ reference: ImageReference, _ environment: RegistryEnvironment, interruptedBy signals: borrowing SignalQueue,
        progress: @escaping (PushEvent) -> Void
    ) throws(EngineError) -> PushedImage {
        let list: ImageList?
        do throws(ImageError) { list = try images().imageList(reference) } catch { throw EngineError(registry: error) }
        let link = try link(environment, [reference] + (list?.origins ?? []))
        do throws(ImageError) {
            let pushed = try images().push(reference, to: link, interruptedBy: signals, progress: progress)
            record(
                event: .image(id: reference.familiar, action: "push", attributes: ["name": reference.familiarName]))
            record(Action("push", image: reference.familiar, digest: "\(pushed.digest)"))
            return pushed
        } catch {
            throw EngineError(registry: error)
        }
    }

    /// Sends a list and its images to a registry as one image; see ``ImageStore/push(_:as:to:interruptedBy:progress:)``.
    public func push(
        _ list: ImageList, as reference: ImageReference, _ environment: RegistryEnvironment,
        interruptedBy signals: borrowing SignalQueue, progress: @escaping (PushEvent) -> Void
    ) throws(EngineError) -> PushedImage {
        let link = try link(environment, [reference] + list.origins)
        do throws(ImageError) {
            let pushed = try images().push(
                list, as: reference, to: link, interruptedBy: signals, progress: progress)
            record(
                event: .image(id: reference.familiar, action: "push", attributes: ["name": reference.familiarName]))
            record(Action("push", image: reference.familiar, digest: "\(pushed.digest)"))
            return pushed
        } catch {
            throw EngineError(registry: error)
        }
    }
}
