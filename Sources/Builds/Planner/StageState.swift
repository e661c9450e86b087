// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// What a stage is after some of its instructions.
struct StageState {
    var configuration: ImageConfiguration
    /// What variables are expanded from and what RUN gets: ENV's, and the arguments in force.
    var environment = Environment()
    /// Those of ENV alone, which the image keeps; the configuration has them at the stage's end.
    var lasting = Environment()
    /// The arguments in force, as they were declared; one can be there several times.
    var arguments: [(name: String, value: String?)] = []
    var files: TreeReference
    /// How many layers that makes.
    var layers: Int

    /// Every PATH that nobody set: `system.DefaultPathEnvUnix` of BuildKit.
    static let path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

    /// `FROM scratch`, and a context that is files.
    init(empty platform: Platform) {
        configuration = ImageConfiguration(platform: platform, diffIDs: [])
        configuration.execution.workingDirectory = "/"
        configuration.execution.environment = [Self.path]
        files = .empty
        layers = 0
    }

    /// An image. Its history is made to have an entry for each layer.
    init(_ image: ResolvedImage) {
        configuration = image.configuration
        configuration.platform = PlatformName.normalized(configuration.platform)
        layers = configuration.diffIDs.count
        files = layers == 0 ? .empty : .image(image.name)
        var missing = layers
        for index in configuration.history.indices where !configuration.history[index].isEmptyLayer {
            if missing == 0 { configuration.history[index].isEmptyLayer = true } else { missing -= 1 }
        }
        for _ in 0..<missing { configuration.history.append(.init(comment: "buildkit.exporter.image.v0")) }
    }

    /// Starts a stage on what `self` is.
    mutating func beginStage() {
        configuration.created = nil
        configuration.execution.onBuild = []
        lasting = Environment(configuration.execution.environment)
        if lasting["PATH"] == nil { lasting.set(Self.path) }
        // Also over arguments of the same name, which a stage on a stage goes on with.
        for entry in lasting.list { environment.set(entry) }
        if !configuration.execution.workingDirectory.isEmpty {
            configuration.execution.workingDirectory = StagePath.joined("/", configuration.execution.workingDirectory)
        }
    }

    mutating func endStage(created: String) {
        configuration.execution.environment = lasting.list
        configuration.created = created
    }

    /// Where a relative path starts.
    var directory: String {
        configuration.execution.workingDirectory.isEmpty ? "/" : configuration.execution.workingDirectory
    }

    /// What runs a command that is a text.
    var shell: [String] { configuration.execution.shell.isEmpty ? ["/bin/sh", "-c"] : configuration.execution.shell }
}
