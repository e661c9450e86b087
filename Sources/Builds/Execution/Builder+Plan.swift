// SPDX-License-Identifier: Apache-2.0
internal import Images
internal import Linux
internal import OCI

/// What a build starts from: its Dockerfile and its contexts.
struct LoadedBuild {
    var dockerfile: Dockerfile
    /// By the names that a plan has for them; `""` is the one of the command line.
    var contexts: [String: ContextDescription]
    /// The same for the same Dockerfile of the same context, whatever is in them.
    var buildName: String
}

extension Builder {
    /// Finds the contexts and reads the Dockerfile. What has to be fetched or unpacked goes below `directory`.
    func load(in directory: String) throws(BuildError) -> LoadedBuild {
        guard case .directory(let path) = request.context else {
            throw BuildError(.unsupported, "this context is not supported yet")
        }
        var contexts: [String: ContextDescription] = [:]
        var file = "\(path)/Dockerfile"
        if case .path(let chosen) = request.dockerfile { file = chosen }
        let bytes: [UInt8]
        do throws(SystemError) {
            bytes = try Descriptor.contents(of: file)
        } catch {
            throw BuildError(.missing, "cannot read \(file)", cause: error)
        }
        let name = request.dockerfile?.text ?? "Dockerfile"
        show(.read(DockerfileSource(name: name, bytes: bytes)))
        let root: Descriptor
        do throws(SystemError) { root = try Descriptor.open(path, [.readOnly, .directory]) } catch {
            throw BuildError(.missing, "cannot open the context \(path)", cause: error)
        }
        contexts[""] = ContextDescription(
            path: path, filter: try IgnoreFile.filter(root: root, path: path, dockerfile: file), name: "the context")
        do throws(DockerfileError) {
            return LoadedBuild(
                dockerfile: try DockerfileParser.parse(bytes, name: name), contexts: contexts,
                buildName: "\(path)\n\(file)")
        } catch {
            throw error.buildError
        }
    }

    /// What is to be done.
    func plan(_ loaded: LoadedBuild, _ resolver: StoreResolver) throws(BuildError) -> BuildPlan {
        let options = PlanOptions(request, now: Clock.wall.seconds)
        return try BuildPlanner(dockerfile: loaded.dockerfile, options: options, resolver: resolver).plan()
    }
}
