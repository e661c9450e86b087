// SPDX-License-Identifier: Apache-2.0
import Builds
import Foundation
import Images
import Linux
import OCI

/// A temporary directory with a store in it, which goes when the test does.
final class OutputFixture {
    let path: String
    let store: ImageStore
    static let isRoot = getuid() == 0
    static let hasSkopeo = FileManager.default.isExecutableFile(atPath: "/usr/bin/skopeo")

    init() throws {
        path = NSTemporaryDirectory() + "minibox-output-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        store = try ImageStore(root: path + "/store")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    struct Failure: Error { let command: String, output: String }

    /// Runs a shell command in the directory and returns what it prints.
    @discardableResult
    func shell(_ command: String) throws -> String {
        let process = Foundation.Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-ec", command]
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        let pipe = Foundation.Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        let text = String(decoding: output, as: UTF8.self)
        guard process.terminationStatus == 0 else { throw Failure(command: command, output: text) }
        return text
    }

    /// Makes an image with a layer for each script, which runs in the layer's root. `WHITEOUT NAME` removes a file of a
    /// lower layer, and `OPAQUE DIRECTORY` hides all that lower ones have in it.
    @discardableResult
    func build(
        _ scripts: [String], as names: [String] = ["test:1"], on base: Image? = nil
    ) throws -> Image {
        let staging = try store.makeBuildStaging()
        var layers: [BuiltLayer] = []
        for (index, script) in scripts.enumerated() {
            let directory = try staging.makeLayer(index)
            try shell(
                """
                WHITEOUT() { mknod "$1" c 0 0; }; OPAQUE() { setfattr -n trusted.overlay.opaque -v y "$1"; }
                cd '\(directory)/upper'
                \(script)
                find . -exec touch -h -d @1600000000 {} +
                """)
            try BuildStaging.sealLayer(directory)
            layers.append(BuiltLayer(directory: directory, description: try BuildStaging.describeLayer(directory)))
        }
        var configuration = ImageConfiguration(
            platform: Platform(os: "linux", architecture: "amd64"), created: "2023-01-02T03:04:05Z",
            diffIDs: (base?.configuration.diffIDs ?? []) + layers.map(\.description.diffID))
        configuration.execution.command = ["/bin/true"]
        let image = try staging.publish(
            layers: layers,
            image: NewImage(
                configuration: configuration, names: try names.map { try ImageReference($0) },
                base: base?.layers ?? []))
        guard let image else { throw Failure(command: "publish", output: "") }
        return image
    }

    /// What writes the image.
    func export(_ image: Image, attestations: [Attestation] = [], epoch: Int64? = nil) -> ImageExport {
        ImageExport(
            store: store, image: image, names: image.reference.map { [$0] } ?? [], epoch: epoch,
            attestations: attestations)
    }

    /// Writes the image to the place that `text` names, below the directory.
    @discardableResult
    func write(
        _ image: Image, _ text: String, attestations: [Attestation] = [], epoch: Int64? = nil
    ) throws -> ImageDescription? {
        let absolute = text.replacingOccurrences(of: "dest=", with: "dest=\(path)/")
        return try export(image, attestations: attestations, epoch: epoch).write(OutputChoice(parsing: absolute))
    }

    /// The JSON that a file below the directory has.
    func json(_ name: String) throws -> JSON {
        try JSON(parsing: Array(try Data(contentsOf: URL(fileURLWithPath: "\(path)/\(name)"))))
    }

    func entries(_ name: String = "") -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/\(name)"))?.sorted() ?? []
    }
}
