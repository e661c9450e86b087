// SPDX-License-Identifier: Apache-2.0
internal import OCI

/// A base image for another machine than the stage is for.
enum InvalidBaseImagePlatform: Check {
    static let rule = CheckRule.invalidBaseImagePlatform

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        let expander = file.arguments.expander(escape: file.file.escape)
        let machine = PlatformName.normalized(file.input.machine)
        return file.builtStages.compactMap { stage in
            guard let image = stage.image, image != "scratch", let configuration = file.input.image(image) else {
                return nil
            }
            var wanted = machine
            if let text = stage.from.platform {
                guard let expanded = try? expander.expand(text).text,
                    let platform = PlatformName.parse(expanded, machine: machine)
                else { return nil }
                wanted = platform
            }
            let actual = PlatformName.normalized(configuration.platform)
            guard actual.os != wanted.os || actual.architecture != wanted.architecture else { return nil }
            return finding(
                "\(image) is for \(actual), and \(wanted) is wanted: choose another image", at: stage.word(0))
        }
    }
}

/// `--platform=$TARGETPLATFORM`, which is so anyhow.
enum RedundantTargetPlatform: Check {
    static let rule = CheckRule.redundantTargetPlatform

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        let expander = file.arguments.expander(escape: file.file.escape)
        return file.stages.compactMap { stage in
            guard let text = stage.from.platform, let expansion = try? expander.expand(text),
                expansion.used == ["TARGETPLATFORM"], expansion.undefined.isEmpty,
                expansion.text == file.arguments.globals["TARGETPLATFORM"]
            else { return nil }
            return finding("--platform=\(text) is so anyhow: leave it out", at: stage.platformFlag)
        }
    }
}

/// `--platform=linux/amd64`: the stage is for one machine only, and does not say so in its name.
enum FromPlatformFlagConstDisallowed: Check {
    static let rule = CheckRule.fromPlatformFlagConstDisallowed

    static func findings(in file: CheckedDockerfile) -> [CheckFinding] {
        let expander = file.arguments.expander(escape: file.file.escape)
        return file.stages.compactMap { stage in
            guard let text = stage.from.platform, let expansion = try? expander.expand(text), expansion.used.isEmpty,
                expansion.undefined.isEmpty,
                let platform = PlatformName.parse(expansion.text, machine: file.input.machine)
            else { return nil }
            let name = stage.name ?? ""
            guard !has(name, platform.os), !has(name, platform.architecture) else { return nil }
            return finding(
                "the stage is for \(expansion.text) alone: write $BUILDPLATFORM, leave it out, or name the stage after it",
                at: stage.platformFlag)
        }
    }

    private static func has(_ text: String, _ part: String) -> Bool {
        let (text, part) = (Array(text.utf8), Array(part.utf8))
        return text.indices.contains { text[$0...].starts(with: part) }
    }
}
