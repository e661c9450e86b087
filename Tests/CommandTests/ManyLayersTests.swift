// SPDX-License-Identifier: Apache-2.0
import Foundation
import Images
import OCI
import TestSupport
import Testing

/// Images of as many layers as the kernel stacks, of one more, and of the same one several times.
@Suite(.commands, .emptyBox) struct ManyLayersTests {
    /// An image of the layers of busybox and `count` more, each with a file of its number in `/layers`; then `more`
    /// diffIDs of those again, by their numbers.
    private func makeImage(_ box: Box, _ name: String, layers count: Int, again more: [Int] = []) throws {
        if try box("images", "-q", "busybox").text.isEmpty {
            try box("import", TestMachine.archive("busybox"), "busybox")
        }
        let store = try ImageStore(root: box.root + "/images")
        let base = try store.resolve("busybox")
        let staging = try store.makeBuildStaging()
        var made: [BuiltLayer] = []
        for number in 0..<count {
            let path = try staging.makeLayer(number, likeTopOf: base.rootPath)
            try FileManager.default.createDirectory(
                atPath: path + "/upper/layers", withIntermediateDirectories: true)
            try "\(number)".write(toFile: "\(path)/upper/layers/\(number)", atomically: false, encoding: .utf8)
            try BuildStaging.sealLayer(path)
            made.append(BuiltLayer(directory: path, description: try BuildStaging.describeLayer(path)))
        }
        var configuration = base.configuration
        configuration.diffIDs += made.map(\.description.diffID) + more.map { made[$0].description.diffID }
        try staging.publish(
            layers: made,
            image: NewImage(configuration: configuration, names: [try ImageReference(name)], base: base.layers))
    }

    @Test(arguments: [499, 500]) func asManyAsTheKernelStacks(_ count: Int) throws {
        let box = try box()
        try makeImage(box, "many", layers: count - 1)
        let script =
            "ls /layers | wc -l; cat /layers/0 /layers/\(count - 2); echo; hostname; wc -l </etc/hosts; stat -c %a /tmp"
        for flags in [[], ["--read-only"], ["--userns", "host"]] {
            let outcome = try box.run(
                ["run", "--rm", "--hostname", "many"] + flags + ["many", "sh", "-c", script], timeout: 60)
            #expect(outcome.lines.prefix(3) == ["\(count - 1)", "0\(count - 2)", "many"], "\(flags): \(outcome)")
            #expect(outcome.status == 0 && outcome.lines.last == "1777", "\(flags): \(outcome)")
        }
        #expect(try box("rmi", "many").status == 0)
        #expect(try box("images", "-q").lines.count == 1)
    }

    @Test func oneMoreIsRefusedBeforeItStarts() throws {
        let box = try box()
        try makeImage(box, "many", layers: 500)
        let outcome = try box("run", "--name", "it", "many", "true")
        #expect(outcome.status == 125)
        #expect(
            outcome.errors.contains("the image has 501 layers, and the kernel stacks 500 at most"), "\(outcome)")
        #expect(try box("ps", "-aq").text.isEmpty)
    }

    @Test func theSameLayerSeveralTimesIsOne() throws {
        let box = try box()
        try makeImage(box, "again", layers: 3, again: [0, 2, 1, 0])
        let outcome = try box("run", "--rm", "again", "sh", "-c", "ls /layers; cat /layers/0")
        #expect(outcome.lines == ["0", "1", "2", "0"], "\(outcome)")
    }
}
