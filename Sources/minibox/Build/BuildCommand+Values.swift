// SPDX-License-Identifier: Apache-2.0
internal import Builds
internal import Engine
internal import OCI

extension BuildCommand {
    static func dockerfile(_ text: String) throws(SyntaxError) -> BuildRequest.DockerfileChoice {
        text == "-" ? .standardInput : .path(try nonEmptyPath(text))
    }

    static func tagName(_ text: String) throws(SyntaxError) -> ImageReference {
        do throws(ImageFormatError) {
            let reference = try ImageReference(text)
            if reference.digest == nil { return reference }
        } catch {
            throw SyntaxError(text, "is no name for an image", "\(error)")
        }
        throw SyntaxError(text, "has a digest, which is what comes out", "write NAME[:TAG]")
    }

    static func stageName(_ text: String) throws(SyntaxError) -> String {
        if text.isEmpty { throw SyntaxError(text, "is no stage", "write a name of the Dockerfile's, or a number") }
        return text
    }

    static func stageNames(_ text: String) throws(SyntaxError) -> [String] {
        var names: [String] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            names.append(try stageName(String(part)))
        }
        return names
    }

    static func platformName(_ text: String) throws(SyntaxError) -> String {
        if text.isEmpty { throw SyntaxError(text, "is no platform", "write \(Platform.current)") }
        if text.utf8.contains(UInt8(ascii: ",")) {
            throw SyntaxError(text, "names several machines", "build for one at a time: write \(Platform.current)")
        }
        return text
    }

    static func jobCount(_ text: String) throws(SyntaxError) -> Int {
        guard let count = Int(text), count > 0 else {
            throw SyntaxError(text, "is no number of steps", "write 1 for one after the other, or more")
        }
        return count
    }
}
