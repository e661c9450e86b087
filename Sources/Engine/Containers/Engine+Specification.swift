// SPDX-License-Identifier: Apache-2.0
internal import ContainerRuntime
internal import Images
internal import Linux
public import OCI

extension Engine {
    /// The `config.json` of the runtime specification that describes what `run` would make: any runtime makes the same of
    /// it, with the image's files in `rootfs` beside it. Nothing is made. What the document cannot say is warned of.
    public func specification(of request: ContainerRequest, _ options: RunOptions) throws(EngineError) -> JSON {
        reap()
        let image = try image(request.image)
        var request = try resolved(request)
        request.fill(from: image)
        var options = options
        options.isDryRun = true
        options.showPlan = nil
        let container = try containers.claim(name: request.name)
        var claims = Claims()
        defer { discard(container, claims: claims) }
        let prepared = try prepare(
            request, image: image, writable: container.path, container: container, claims: &claims, options)
        let root = ContainerRoot(image)
        let configuration = prepared.configuration
        do {
            let users = UserDatabase(
                users: try root.contents(of: "passwd"), groups: try root.contents(of: "group"))
            let identity = try users.identity(
                of: configuration.process.user, groups: configuration.process.additionalGroups)
            let (document, notes) = try configuration.specification(
                SpecificationContext(
                    identity: identity,
                    filter: try request.filterRules(capabilities: configuration.process.capabilities),
                    cgroupMount: try CgroupTree.find()?.mount,
                    annotations: Dictionary(request.annotations.map { ($0.key, $0.value) }) { $1 }))
            for note in notes { options.warn(note) }
            if !request.notified.isEmpty {
                options.warn("the document asks nobody about calls: who answers for --seccomp-notify is minibox's own")
            }
            if let role = request.taskRole {
                options.warn(
                    "the document has no role: who tells a container the credentials of \(role) is minibox's own, and nobody "
                        + "answers at the path in its environment")
            }
            return document.json
        } catch let error as EngineError {
            throw error
        } catch {
            throw EngineError(.invalid, "cannot describe the container", cause: error)
        }
    }
}

extension ContainerRoot {
    /// A file in `/etc`, as the topmost layer that says something of it has it; nothing where there is none.
    ///
    /// Each layer is looked into by itself, and no link leads out of it: overlayfs.rst, "whiteouts and opaque
    /// directories".
    fileprivate func contents(of name: String) throws(SystemError) -> [UInt8] {
        for layer in layers.reversed() {
            let root = try Descriptor.open(layer, [.path, .directory])
            guard let etc = try? root.open("etc", [.path], resolve: .container), let status = try? etc.status() else {
                continue
            }
            // A whiteout takes it away.
            guard status.isDirectory else { return [] }
            if let file = try? root.open("etc/\(name)", [.path], resolve: .container) {
                guard try file.status().kind == .regular else { return [] }
                return try root.open("etc/\(name)", [.readOnly, .nonBlocking], resolve: .container).readAll(
                    limit: 4 << 20)
            }
            let place = try root.open("etc", [.readOnly, .directory], resolve: .container)
            if (try? place.attribute("trusted.overlay.opaque")) == [UInt8(ascii: "y")] { return [] }
        }
        return []
    }
}
