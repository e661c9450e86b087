// SPDX-License-Identifier: Apache-2.0
import Foundation
import Images
import Linux
import OCI

/// A temporary directory with a store in it, which goes when the test does.
final class Fixture {
    let path: String
    let store: ImageStore
    /// The last part of the path.
    var name: String { String(path.split(separator: "/").last ?? "") }
    static let isRoot = getuid() == 0
    static let time = FileTime(seconds: 1_700_000_000, nanoseconds: 5)

    init() throws {
        path = NSTemporaryDirectory() + "minibox-images-" + UUID().uuidString
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        store = try ImageStore(root: path + "/store")
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Runs a shell command in the directory and returns what it prints.
    @discardableResult
    func shell(_ command: String) throws -> String {
        let process = Foundation.Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-ec", command]
        process.currentDirectoryURL = URL(fileURLWithPath: path)
        let pipe = Foundation.Pipe()
        process.standardOutput = pipe
        try process.run()
        let output = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failure(command: command) }
        return String(decoding: output, as: UTF8.self)
    }

    struct Failure: Error { let command: String }

    /// A small root file system in `root`.
    func makeRoot() throws {
        try shell(
            """
            mkdir -p root/bin root/etc && chmod 1777 root/etc
            echo hello > root/bin/hello && chmod 4755 root/bin/hello && ln root/bin/hello root/bin/again
            ln -s /bin/hello root/etc/link && mkfifo root/etc/pipe
            find root -exec touch -h -d @1600000000 {} +
            """)
    }

    /// Imports `source`, a path in the directory.
    @discardableResult
    func importImage(_ source: String, as name: String = "test", changes: [String] = []) throws -> Image {
        try store.importImage(
            from: .path("\(path)/\(source)"), as: try ImageReference(name), changes: changes, created: Self.time)
    }

    /// The names in a directory of the store.
    func entries(_ name: String) -> [String] {
        (try? FileManager.default.contentsOfDirectory(atPath: "\(path)/store/\(name)"))?.sorted() ?? []
    }
}

extension Fixture {
    /// Builds an image named `name` with a layer of these files on top of `base`, and lets the cache know.
    @discardableResult
    func build(_ name: String, on base: Image?, files: [String: String]) throws -> Image {
        let staging = try store.makeBuildStaging()
        let path = try staging.makeLayer(0, likeTopOf: base?.rootPath)
        for (file, text) in files.sorted(by: { $0.key < $1.key }) {
            try shell("mkdir -p $(dirname \(path)/upper/\(file)); printf '%s' '\(text)' > \(path)/upper/\(file)")
        }
        try BuildStaging.sealLayer(path, clampTo: 1000)
        let layer = BuiltLayer(directory: path, description: try BuildStaging.describeLayer(path))
        var configuration = base?.configuration ?? ImageConfiguration(platform: .current, diffIDs: [])
        configuration.diffIDs.append(layer.description.diffID)
        configuration.history.append(.init(created: "2026-01-02T03:04:05Z", createdBy: "RUN \(name)"))
        let key = try Digest("sha256:" + layer.description.diffID.hex.reversed())
        let record = CacheRecord(
            key: key, identity: key, diffID: layer.description.diffID, created: "2026-01-02T03:04:05Z",
            step: "RUN \(name)")
        guard
            let image = try staging.publish(
                layers: [layer], cache: [record],
                image: NewImage(
                    configuration: configuration, names: [try ImageReference(name)], base: base?.layers ?? []))
        else { throw Failure(command: "build \(name)") }
        return image
    }
}
